package io.duomesh.transport.triple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.ResponseFlag;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.server.NettyServer;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Triple behind TLS with ALPN, on the one port. */
@Timeout(60)
class TlsTest {
  private final Transports transports =
      new Transports(
          TransportOptions.of(Settings.of(Map.of("duomesh.transport.event-loops", "2"))));
  private final ServerTransport server =
      NettyServer.bind(
          transports,
          new ServerSpec("127.0.0.1", 0, TlsPolicy.server(file("server.pem"), file("server.key"))),
          new EchoService());

  @AfterEach
  void close() {
    server.close();
    transports.close();
  }

  private static Path file(String name) {
    try {
      return Path.of(TlsTest.class.getResource("tls/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Recorder call(@Nullable TlsPolicy policy) {
    ClientTransport client =
        transports
            .factory("triple")
            .connect(
                new ConnectSpec(
                    "127.0.0.1",
                    server.port(),
                    Duration.ofSeconds(5),
                    policy,
                    null,
                    transports,
                    Map.of()),
                new Loopback.Events());
    return Loopback.call(client, EchoService.UNARY, "secret");
  }

  @Test
  void callIsAnsweredBehindTls() throws Exception {
    Recorder call = call(TlsPolicy.trusting(file("server.pem")));
    assertTrue(call.status().isOk(), call.status()::toString);
    assertEquals("secret", call.next());
  }

  @Test
  void strangersCertificateIsRefused() throws Exception {
    Status status = call(TlsPolicy.trusting(null)).status();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UF, status.flag());
    assertTrue(status.unprocessed());
    assertNotNull(status.message());
  }

  @Test
  void certificateOfAnotherNameIsRefused() throws Exception {
    Status status =
        call(new TlsPolicy(null, null, file("server.pem"), false, "other.test", List.of()))
            .status();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertTrue(status.unprocessed());
  }

  @Test
  void plaintextClientDoesNotHang() throws Exception {
    Status status = call(null).status();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertTrue(status.unprocessed());
  }
}
