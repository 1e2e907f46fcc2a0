package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.traffic.TlsPolicy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

class PemBundlesTest {
  private static final String PEM = "spring.ssl.bundle.pem.rpc.";
  private final MockEnvironment environment = new MockEnvironment();
  private final PemBundles bundles = new PemBundles(environment, new DefaultResourceLoader());

  @Test
  void bundleOfFilesIsUsedAsFiles() {
    environment.setProperty(PEM + "keystore.certificate", "file:/etc/rpc/tls.crt");
    environment.setProperty(PEM + "keystore.private-key", "/etc/rpc/tls.key");
    environment.setProperty(PEM + "truststore.certificate", "/etc/rpc/ca.crt");
    TlsPolicy policy = bundles.server("duomesh.server.ssl-bundle", "rpc");
    assertEquals(Path.of("/etc/rpc/tls.crt"), policy.certificateChain());
    assertEquals(Path.of("/etc/rpc/tls.key"), policy.privateKey());
    assertEquals(Path.of("/etc/rpc/ca.crt"), policy.trustedCertificates());
  }

  @Test
  void unknownBundleIsRefusedByName() {
    assertRefused(
        "duomesh.server.ssl-bundle: rpc (expected: an SSL bundle spring.ssl.bundle.pem.rpc");
  }

  @Test
  void textInPlaceOfAFileIsRefused() {
    environment.setProperty(PEM + "keystore.certificate", "-----BEGIN CERTIFICATE-----\nMIIB");
    environment.setProperty(PEM + "keystore.private-key", "/etc/rpc/tls.key");
    assertRefused("keystore.certificate is no file");
  }

  @Test
  void resourceOutsideOfFilesIsRefused() {
    environment.setProperty(PEM + "keystore.certificate", "classpath:java/lang/Object.class");
    environment.setProperty(PEM + "keystore.private-key", "/etc/rpc/tls.key");
    assertRefused("keystore.certificate is no file");
  }

  @Test
  void encryptedKeyIsRefused() {
    environment.setProperty(PEM + "keystore.certificate", "/etc/rpc/tls.crt");
    environment.setProperty(PEM + "keystore.private-key", "/etc/rpc/tls.key");
    environment.setProperty(PEM + "keystore.private-key-password", "secret");
    assertRefused("a PKCS#8 key without a password");
  }

  @Test
  void serverNeedsACertificateAndAKey() {
    environment.setProperty(PEM + "truststore.certificate", "/etc/rpc/ca.crt");
    assertRefused("with a certificate");
    environment.setProperty(PEM + "keystore.certificate", "/etc/rpc/tls.crt");
    assertRefused("both keystore.certificate and keystore.private-key");
  }

  @Test
  void bundleOfTrustSecuresTheControlPlane() {
    environment.setProperty(PEM + "truststore.certificate", "/etc/rpc/ca.crt");
    assertEquals(
        Map.of("duomesh.xds.tls.enabled", "true", "duomesh.xds.tls.ca", "/etc/rpc/ca.crt"),
        bundles.asXdsSettings("rpc"));
  }

  private void assertRefused(String message) {
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> bundles.server("duomesh.server.ssl-bundle", "rpc"))
            .getMessage();
    assertTrue(said.contains(message), said);
  }
}
