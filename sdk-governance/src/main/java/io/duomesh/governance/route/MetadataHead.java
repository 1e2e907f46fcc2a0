package io.duomesh.governance.route;

import io.duomesh.Metadata;

/** A request, or what is looked at like one, whose headers are metadata. */
public interface MetadataHead extends RequestHead {
  /** Its headers. */
  Metadata metadata();

  @Override
  default int size() {
    return metadata().size();
  }

  @Override
  default String name(int index) {
    return metadata().name(index);
  }

  @Override
  default String value(int index) {
    return metadata().value(index);
  }
}
