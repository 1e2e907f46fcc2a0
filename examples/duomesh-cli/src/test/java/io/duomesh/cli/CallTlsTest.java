package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to servers that take TLS alone, and what is said where that does not come about. */
@Timeout(120)
class CallTlsTest {
  private static final Path FILES =
      Path.of("../../sdk-transport/src/test/resources/io/duomesh/transport/tls");
  private static final String CA = FILES.resolve("ca.pem").toString();
  private static final String CERTIFICATE = FILES.resolve("client.pem").toString();
  private static final String KEY = FILES.resolve("client.key").toString();

  private Duomesh server = Duomesh.builder().build();

  @AfterEach
  void stop() {
    server.close();
  }

  private void serve(boolean clientCertificate) {
    server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .traffic(TrafficSnapshot.EMPTY)
            .serverTls(
                new TlsPolicy(
                    FILES.resolve("server.pem"),
                    FILES.resolve("server.key"),
                    Path.of(CA),
                    clientCertificate,
                    null,
                    List.of()))
            .build();
    server.export(Orders.class, new Orders.Shop(), ServiceOptions.DEFAULT);
    server.start();
  }

  private Run echo(String protocol, String... options) {
    List<String> words = new ArrayList<>();
    String target = protocol + "://127.0.0.1:" + server.port();
    words.addAll(List.of("call", target, Orders.class.getName(), "echo", "[\"hé\"]"));
    words.addAll(List.of("--timeout", "20s"));
    words.addAll(List.of(options));
    return Run.of(words.toArray(new String[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void theServersCertificateIsTrustedByACa(String protocol) {
    serve(false);
    assertEquals(new Run(0, "\"hé\"", ""), echo(protocol, "--ca", CA));
    assertEquals(
        new Run(0, "\"hé\"", ""), echo(protocol, "--ca", CA, "--server-name", "server.test"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void aServerThatAsksForACertificateGetsIt(String protocol) {
    serve(true);
    assertEquals(
        new Run(0, "\"hé\"", ""), echo(protocol, "--ca", CA, "--cert", CERTIFICATE, "--key", KEY));
    assertUnavailable(echo(protocol, "--ca", CA), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void whatIsNotTrustedIsUnavailableAndSaysWhy(String protocol) {
    serve(false);
    assertUnavailable(echo(protocol, "--tls"), "the peer's certificate is not trusted");
    assertUnavailable(echo(protocol, "--ca", CA, "--server-name", "other.test"), "other.test");
    assertUnavailable(echo(protocol), "");
  }

  private static void assertUnavailable(Run run, String what) {
    assertEquals(1, run.exit());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("UNAVAILABLE (TRANSPORT"), run.err());
    assertTrue(run.err().contains(what), run.err());
  }

  @Test
  void aWrongCommandLineSaysWhatIsExpected() {
    serve(false);
    assertWrong("--ca: no.pem (expected: a PEM file)", echo("bolt", "--ca", "no.pem"));
    assertWrong("--cert and --key go together", echo("bolt", "--cert", CERTIFICATE));
  }

  private static void assertWrong(String message, Run run) {
    assertEquals(2, run.exit());
    assertTrue(run.err().startsWith("call: " + message), run.err());
  }
}
