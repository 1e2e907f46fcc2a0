package io.duomesh.transport.bolt;

import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.TransportFactory;

/**
 * Bolt, with SOFARPC's requests and responses. Method shapes: Java arguments in Hessian (or JSON,
 * by {@link ConnectSpec#serialization}), messages in Protobuf, bytes as they are. Sends v1 frames
 * and takes both versions.
 */
public final class BoltTransportFactory implements TransportFactory {
  /** Bolt. */
  public BoltTransportFactory() {}

  @Override
  public String name() {
    return "bolt";
  }

  @Override
  public ClientTransport connect(ConnectSpec spec, ClientTransport.Listener listener) {
    return BoltClientConnection.connect(spec, listener);
  }
}
