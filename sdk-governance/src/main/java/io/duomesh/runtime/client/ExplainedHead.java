package io.duomesh.runtime.client;

import io.duomesh.Metadata;
import io.duomesh.governance.route.RequestHead;

/** A request that is only explained. */
record ExplainedHead(String authority, String path, Metadata metadata) implements RequestHead {
  @Override
  public int size() {
    return metadata.size();
  }

  @Override
  public String name(int index) {
    return metadata.name(index);
  }

  @Override
  public String value(int index) {
    return metadata.value(index);
  }

  @Override
  public boolean grpc() {
    return metadata.get("content-type") == null || RequestHead.super.grpc();
  }
}
