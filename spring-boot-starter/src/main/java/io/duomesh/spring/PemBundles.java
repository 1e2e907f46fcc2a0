package io.duomesh.spring;

import io.duomesh.traffic.TlsPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Spring's PEM bundles ({@code spring.ssl.bundle.pem.NAME}) as the files that connections read.
 * Bundles of other kinds, PEM text in place of a file and encrypted keys are refused by name.
 */
final class PemBundles {
  private final Environment environment;
  private final ResourceLoader resources;

  PemBundles(Environment environment, ResourceLoader resources) {
    this.environment = environment;
    this.resources = resources;
  }

  /**
   * A server's policy from a bundle.
   *
   * @throws IllegalArgumentException if there is no such bundle of files with certificate and key
   */
  TlsPolicy server(String setting, String bundle) {
    String prefix = "spring.ssl.bundle.pem." + bundle;
    Path certificate = file(setting, prefix + ".keystore.certificate");
    Path key = file(setting, prefix + ".keystore.private-key");
    if (certificate == null || key == null) {
      throw new IllegalArgumentException(
          "%s: %s (expected: an SSL bundle with %s.keystore.certificate and .private-key)"
              .formatted(setting, bundle, prefix));
    }
    if (environment.getProperty(prefix + ".keystore.private-key-password") != null) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a PKCS#8 key without a password)".formatted(setting, bundle));
    }
    return new TlsPolicy(
        certificate,
        key,
        file(setting, prefix + ".truststore.certificate"),
        false,
        null,
        List.of());
  }

  private @Nullable Path file(String setting, String property) {
    String location = environment.getProperty(property);
    if (location == null) {
      return null;
    }
    Resource resource = resources.getResource(location);
    try {
      // A bare path is a file to Spring's bundles, but a class path resource to a resource loader.
      return location.contains(":") ? resource.getFile().toPath() : Path.of(location);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "%s: %s is no file (expected: file:/… of a PEM file)".formatted(setting, property), e);
    }
  }
}
