package io.duomesh.traffic;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Security of connections, from PEM files that this process names itself; a remote configuration
 * can never make it read a file.
 *
 * @param certificateChain own certificate, or null for none
 * @param privateKey its PKCS#8 key, or null for none
 * @param trustedCertificates what the peer's certificate must lead to; null for the JDK's
 * @param requireClientCertificate on a server: whether clients must present one
 * @param serverName SNI and host name check; null for the endpoint's host
 * @param applicationProtocols ALPN names; empty for the protocol's default
 */
public record TlsPolicy(
    @Nullable Path certificateChain,
    @Nullable Path privateKey,
    @Nullable Path trustedCertificates,
    boolean requireClientCertificate,
    @Nullable String serverName,
    List<String> applicationProtocols) {

  /** Copies the list. */
  public TlsPolicy {
    applicationProtocols = List.copyOf(applicationProtocols);
  }

  /** A client that trusts the given certificates. */
  public static TlsPolicy trusting(@Nullable Path trustedCertificates) {
    return new TlsPolicy(null, null, trustedCertificates, false, null, List.of());
  }

  /** A server with a certificate. */
  public static TlsPolicy server(Path certificateChain, Path privateKey) {
    return new TlsPolicy(certificateChain, privateKey, null, false, null, List.of());
  }
}
