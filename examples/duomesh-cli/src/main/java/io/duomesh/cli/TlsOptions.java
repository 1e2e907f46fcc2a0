package io.duomesh.cli;

import io.duomesh.traffic.TlsPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options that say how a connection is secured; TLS is used where one of them is given. */
final class TlsOptions {
  /** Those with a value. */
  static final Set<String> NAMES = Set.of("--ca", "--cert", "--key", "--server-name");

  /** That without. */
  static final String FLAG = "--tls";

  /** What they are, in a command's usage. */
  static final String USAGE =
      """
        --tls                  over TLS, trusting what the JDK trusts; implied by the others
        --ca FILE              trusts these certificates instead (PEM)
        --cert FILE --key FILE own certificate and its key (PEM, PKCS#8), where the server asks
        --server-name NAME     name that the server's certificate must have; default: HOST
      """
          .stripTrailing();

  private TlsOptions() {}

  /**
   * What they say; null for plaintext.
   *
   * @throws IllegalArgumentException if a file cannot be read, or a key is without its certificate
   */
  static @Nullable TlsPolicy of(Options options) {
    if (!options.has(FLAG) && NAMES.stream().noneMatch(options::has)) {
      return null;
    }
    Path certificate = file(options, "--cert");
    Path key = file(options, "--key");
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--cert and --key go together");
    }
    return new TlsPolicy(
        certificate, key, file(options, "--ca"), false, options.get("--server-name"), List.of());
  }

  private static @Nullable Path file(Options options, String name) {
    String given = options.get(name);
    if (given == null) {
      return null;
    }
    Path file = Path.of(given);
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException(name + ": " + given + " (expected: a PEM file)");
    }
    return file;
  }
}
