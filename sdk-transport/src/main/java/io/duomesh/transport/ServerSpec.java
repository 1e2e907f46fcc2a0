package io.duomesh.transport;

import io.duomesh.traffic.TlsPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Where and how to listen. One port takes Bolt, HTTP/2 and HTTP/1.1, told apart by their first
 * bytes.
 *
 * @param address local address; null for all
 * @param port the port; 0 for any
 * @param tls security; null for plaintext
 */
public record ServerSpec(@Nullable String address, int port, @Nullable TlsPolicy tls) {}
