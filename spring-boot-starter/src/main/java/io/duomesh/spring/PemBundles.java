package io.duomesh.spring;

import io.duomesh.traffic.TlsPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Spring's PEM bundles ({@code spring.ssl.bundle.pem.NAME}) as the files that connections read.
 * Bundles of other kinds, PEM text in place of a file and encrypted keys are refused by name.
 */
final class PemBundles {
  private static final String PREFIX = "spring.ssl.bundle.pem.";

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
    TlsPolicy policy = of(setting, bundle);
    if (policy.certificateChain() == null) {
      throw refused(setting, bundle, "an SSL bundle " + PREFIX + bundle + " with a certificate");
    }
    return policy;
  }

  /**
   * A policy from a bundle.
   *
   * @throws IllegalArgumentException if there is no such bundle of files
   */
  TlsPolicy of(String setting, String bundle) {
    String prefix = PREFIX + bundle;
    Path certificate = file(setting, prefix + ".keystore.certificate");
    Path key = file(setting, prefix + ".keystore.private-key");
    Path trusted = file(setting, prefix + ".truststore.certificate");
    if (certificate == null && key == null && trusted == null) {
      throw refused(setting, bundle, "an SSL bundle " + prefix + " of PEM files");
    }
    if ((certificate == null) != (key == null)) {
      throw refused(setting, bundle, "both keystore.certificate and keystore.private-key");
    }
    if (environment.getProperty(prefix + ".keystore.private-key-password") != null) {
      throw refused(setting, bundle, "a PKCS#8 key without a password");
    }
    return new TlsPolicy(certificate, key, trusted, false, null, List.of());
  }

  /** A bundle as the settings of the control plane's connection. */
  Map<String, String> asXdsSettings(String bundle) {
    TlsPolicy policy = of("duomesh.xds.ssl-bundle", bundle);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("duomesh.xds.tls.enabled", "true");
    put(settings, "duomesh.xds.tls.certificate", policy.certificateChain());
    put(settings, "duomesh.xds.tls.private-key", policy.privateKey());
    put(settings, "duomesh.xds.tls.ca", policy.trustedCertificates());
    return settings;
  }

  private static void put(Map<String, String> settings, String key, @Nullable Path file) {
    if (file != null) {
      settings.put(key, file.toString());
    }
  }

  private static IllegalArgumentException refused(String setting, String bundle, String expected) {
    return new IllegalArgumentException(
        "%s: %s (expected: %s)".formatted(setting, bundle, expected));
  }

  private @Nullable Path file(String setting, String property) {
    String location = environment.getProperty(property);
    if (location == null) {
      return null;
    }
    if (location.contains("-----BEGIN")) {
      throw notAFile(setting, property, null);
    }
    try {
      // A bare path is a file to Spring's bundles, but a class path resource to a resource loader.
      return location.contains(":")
          ? resources.getResource(location).getFile().toPath()
          : Path.of(location);
    } catch (IOException | RuntimeException e) {
      throw notAFile(setting, property, e);
    }
  }

  private static IllegalArgumentException notAFile(
      String setting, String property, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "%s: %s is no file (expected: file:/… of a PEM file)".formatted(setting, property), cause);
  }
}
