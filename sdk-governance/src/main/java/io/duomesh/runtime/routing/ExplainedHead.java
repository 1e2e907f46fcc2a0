package io.duomesh.runtime.routing;

import io.duomesh.Metadata;
import io.duomesh.governance.route.MetadataHead;

/** A request that is only explained. */
record ExplainedHead(String authority, String path, Metadata metadata) implements MetadataHead {
  @Override
  public boolean grpc() {
    return metadata.get("content-type") == null || MetadataHead.super.grpc();
  }
}
