package io.duomesh.runtime.server;

import io.duomesh.Metadata;
import io.duomesh.governance.route.MetadataHead;

/** A call that has arrived, as routes see it. Whom it was for is not known any more. */
record InboundHead(GateCall call, Metadata metadata) implements MetadataHead {
  InboundHead(GateCall call) {
    this(call, call.metadata());
  }

  @Override
  public String authority() {
    return "";
  }

  @Override
  public String path() {
    return call.method().path();
  }

  @Override
  public boolean grpc() {
    return call.protocol().equals("triple");
  }
}
