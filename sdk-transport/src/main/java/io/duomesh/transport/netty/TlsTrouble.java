package io.duomesh.transport.netty;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.util.List;
import javax.net.ssl.SSLException;

/** What is wrong with TLS on a connection, for a person. */
final class TlsTrouble {
  /** What peers say that ask for a certificate and get none, or none that they trust. */
  private static final List<String> ALERTS =
      List.of(
          "bad_certificate",
          "certificate_required",
          "certificate_unknown",
          "handshake_failure",
          "unknown_ca");

  private TlsTrouble() {}

  /** What happened, and what to look at. */
  static String told(SSLException trouble) {
    for (Throwable cause = trouble; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        return "no TLS: the peer's certificate is not trusted: "
            + cause.getMessage()
            + " (expected: one signed by what this side trusts)";
      }
    }
    String said = String.valueOf(trouble.getMessage());
    return ALERTS.stream().anyMatch(alert -> said.endsWith("fatal alert: " + alert))
        ? "no TLS: " + said + "; does the peer ask for a certificate of this side?"
        : "no TLS: " + said;
  }
}
