package io.duomesh.transport;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The transports of one runtime: its protocols, its limits, and what its connections share (event
 * loops, TLS contexts). Safe for use by many threads; {@link #close} frees the shared parts.
 */
public final class Transports implements AutoCloseable {
  private final TransportOptions options;
  private final Map<String, TransportFactory> factories = new HashMap<>();
  private final Map<Class<?>, AutoCloseable> shared = new LinkedHashMap<>();
  private volatile ServerTransport.@Nullable Listener callbacks;
  private boolean closed;

  /** Transports with every protocol on the class path. */
  public Transports(TransportOptions options) {
    this.options = options;
    for (TransportFactory factory :
        ServiceLoader.load(TransportFactory.class, Transports.class.getClassLoader())) {
      TransportFactory other = factories.putIfAbsent(factory.name(), factory);
      if (other != null) {
        throw new IllegalStateException(
            "two transports named "
                + factory.name()
                + ": "
                + other.getClass().getName()
                + " and "
                + factory.getClass().getName());
      }
    }
  }

  /** The limits. */
  public TransportOptions options() {
    return options;
  }

  /**
   * The protocol of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public TransportFactory factory(String protocol) {
    TransportFactory factory = factories.get(protocol);
    if (factory == null) {
      throw new IllegalArgumentException(
          "protocol: " + protocol + " (expected: one of " + factories.keySet() + ")");
    }
    return factory;
  }

  /**
   * Lets servers call what a listener serves, over the connections that clients have opened to
   * them, where the protocol has such calls. Nobody may until this is called.
   */
  public void serveCallbacks(ServerTransport.Listener listener) {
    callbacks = listener;
  }

  /** Who serves the calls of servers; null for nobody. */
  public ServerTransport.@Nullable Listener callbacks() {
    return callbacks;
  }

  /** What connections share, made on first use and closed with this. Not for the call path. */
  @SuppressWarnings("unchecked")
  public synchronized <T extends AutoCloseable> T shared(
      Class<T> type, Function<TransportOptions, T> make) {
    if (closed) {
      throw new IllegalStateException("transports are closed");
    }
    return (T) shared.computeIfAbsent(type, t -> make.apply(options));
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (AutoCloseable resource : shared.values()) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing " + resource, e);
      }
    }
    shared.clear();
  }
}
