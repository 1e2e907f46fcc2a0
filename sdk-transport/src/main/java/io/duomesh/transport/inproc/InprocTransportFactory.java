package io.duomesh.transport.inproc;

import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.TransportFactory;

/**
 * Connects to an {@link InprocServer} of this process by its name, the spec's host. Java arguments
 * and results are copied through Hessian under the same rules as on a wire; messages and bytes are
 * passed on. Unary and one-way calls.
 */
public final class InprocTransportFactory implements TransportFactory {
  /** The in-process transport. */
  public InprocTransportFactory() {}

  @Override
  public String name() {
    return "inproc";
  }

  @Override
  public ClientTransport connect(ConnectSpec spec, ClientTransport.Listener listener) {
    InprocConnection connection = new InprocConnection(spec, listener);
    connection.connect();
    return connection;
  }
}
