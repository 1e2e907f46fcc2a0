package io.duomesh.runtime.server;

import io.duomesh.Metadata;
import io.duomesh.governance.route.RequestHead;

/** A call that has arrived, as routes see it. Whom it was for is not known any more. */
final class InboundHead implements RequestHead {
  private final GateCall call;
  private final Metadata metadata;

  InboundHead(GateCall call) {
    this.call = call;
    this.metadata = call.metadata();
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
    return call.protocol().equals("triple");
  }
}
