package io.duomesh.transport;

/**
 * A protocol. Found by {@link java.util.ServiceLoader} and selected by name; two of one name are an
 * error. One instance may serve many {@link Transports}.
 */
public interface TransportFactory {
  /** The protocol's name: {@code bolt}, {@code triple}, {@code inproc}. */
  String name();

  /**
   * Starts to connect. Returns at once.
   *
   * @throws IllegalArgumentException if the spec cannot be used, as a TLS policy without its files
   */
  ClientTransport connect(ConnectSpec spec, ClientTransport.Listener listener);
}
