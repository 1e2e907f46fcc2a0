package io.duomesh.transport.triple;

import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.TransportFactory;

/**
 * Connects over Triple: gRPC on HTTP/2, by prior knowledge or, with TLS, ALPN {@code h2}.
 *
 * <p>Attributes of the connect spec, in milliseconds: {@code keepalive-time} (default 30,000; 0 =
 * off), after which a connection with open calls that has brought nothing is asked by a PING, and
 * {@code keepalive-timeout} (default 10,000) for the answer.
 */
public final class TripleTransportFactory implements TransportFactory {
  /** For {@link java.util.ServiceLoader}. */
  public TripleTransportFactory() {}

  @Override
  public String name() {
    return "triple";
  }

  @Override
  public ClientTransport connect(ConnectSpec spec, ClientTransport.Listener listener) {
    return TripleClientTransport.connect(spec, listener);
  }
}
