package io.duomesh.transport;

import io.duomesh.traffic.TlsPolicy;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and how to connect.
 *
 * @param host IP address or host name; the server's name for {@code inproc}
 * @param port the port; 0 for {@code inproc}
 * @param connectTimeout time until the connection stands, TLS included
 * @param tls security; null for plaintext
 * @param serialization serializer by name; null for the protocol's default
 * @param transports whose event loops and limits it uses
 * @param attributes protocol-specific settings by name; unknown ones are ignored
 */
public record ConnectSpec(
    String host,
    int port,
    Duration connectTimeout,
    @Nullable TlsPolicy tls,
    @Nullable String serialization,
    Transports transports,
    Map<String, String> attributes) {
  /** Attribute: the largest message taken on this connection, in place of the transports' limit. */
  public static final String MAX_MESSAGE_BYTES = "max-message-bytes";

  /** Copies the map. */
  public ConnectSpec {
    attributes = Map.copyOf(attributes);
  }

  /** {@code host:port} for messages. */
  public String address() {
    return port == 0 ? host : host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
