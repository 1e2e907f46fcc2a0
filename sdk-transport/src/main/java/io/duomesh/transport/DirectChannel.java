package io.duomesh.transport;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A channel to one fixed address, without routing: what control-plane streams run on. Connects when
 * a call needs it and again after the connection is lost; who calls decides when to try again.
 * Messages are decoded and delivered on the connection's event loop.
 */
public final class DirectChannel implements Channel, AutoCloseable {
  private final TransportFactory factory;
  private final ConnectSpec spec;
  private final AtomicReference<@Nullable ClientTransport> current = new AtomicReference<>();

  /** A channel that speaks a protocol to an address; connects on its first call. */
  public DirectChannel(String protocol, ConnectSpec spec) {
    this.factory = spec.transports().factory(protocol);
    this.spec = spec;
  }

  /** A channel over one connection that stands; it ends with it. */
  public static Channel over(ClientTransport transport) {
    return invocation -> new DirectCall(transport, invocation);
  }

  @Override
  public ClientCall newCall(Invocation invocation) {
    return new DirectCall(transport(), invocation);
  }

  private ClientTransport transport() {
    while (true) {
      ClientTransport transport = current.get();
      if (transport != null && transport.acceptsStreams()) {
        return transport;
      }
      ClientTransport fresh = factory.connect(spec, new ClientTransport.Listener() {});
      if (current.compareAndSet(transport, fresh)) {
        return fresh;
      }
      fresh.close();
    }
  }

  @Override
  public void close() {
    ClientTransport transport = current.getAndSet(null);
    if (transport != null) {
      transport.close();
    }
  }
}
