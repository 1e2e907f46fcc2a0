package io.duomesh.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.transport.server.NettyServer;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract with mutual TLS, and what TLS must refuse. */
class BoltOverTlsContractTest extends TransportContractTest {
  private static Path file(String name) {
    try {
      return Path.of(BoltOverTlsContractTest.class.getResource("tls/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TlsPolicy clientPolicy(String serverName) {
    return new TlsPolicy(
        file("client.pem"), file("client.key"), file("ca.pem"), false, serverName, List.of());
  }

  private static final TlsPolicy SERVER =
      new TlsPolicy(file("server.pem"), file("server.key"), file("ca.pem"), true, null, List.of());

  @Override
  String protocol() {
    return "bolt";
  }

  @Override
  ServerTransport listen(ServerTransport.Listener listener) {
    return NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, SERVER), listener);
  }

  @Override
  ConnectSpec spec(ServerTransport to) {
    return spec(to, clientPolicy(null));
  }

  private ConnectSpec spec(ServerTransport to, TlsPolicy tls) {
    return new ConnectSpec(
        "127.0.0.1", to.port(), Duration.ofSeconds(5), tls, null, transports, Map.of());
  }

  private ConnectionEvents connectWith(TlsPolicy tls) throws InterruptedException {
    ConnectionEvents events = new ConnectionEvents();
    ClientTransport other = transports.factory("bolt").connect(spec(server, tls), events);
    RecordedCall call = send(other, head(ContractService.ECHO), new Object[] {"x"});
    Status status = call.status();
    if (!status.isOk()) {
      assertEquals(Code.UNAVAILABLE, status.code());
      assertTrue(events.closed.await(10, TimeUnit.SECONDS));
    }
    other.close();
    return events;
  }

  @Test
  void nameOfTheServerIsChecked() throws InterruptedException {
    assertTrue(connectWith(clientPolicy("server.test")).wasReadyOrIs());
    ConnectionEvents events = connectWith(clientPolicy("other.test"));
    assertFalse(events.wasReady);
    assertTrue(events.reason.contains("other.test"), events.reason);
  }

  @Test
  void certificateOfAnUnknownAuthorityIsRefused() throws InterruptedException {
    ConnectionEvents events = connectWith(TlsPolicy.trusting(null));
    assertFalse(events.wasReady);
    assertTrue(events.reason.contains("127.0.0.1"), events.reason);
  }

  @Test
  void clientWithoutItsCertificateIsNotServed() throws InterruptedException {
    // with TLS 1.3 the client may believe to be connected before the server has looked
    ConnectionEvents events = new ConnectionEvents();
    TlsPolicy anonymous = TlsPolicy.trusting(file("ca.pem"));
    ClientTransport other = transports.factory("bolt").connect(spec(server, anonymous), events);
    RecordedCall call = send(other, head(ContractService.ECHO), new Object[] {"x"});
    assertEquals(Code.UNAVAILABLE, call.status().code());
    assertTrue(events.closed.await(10, TimeUnit.SECONDS));
    assertTrue(service.streams.isEmpty());
  }

  @Test
  void plaintextMeetsNoAnswer() throws InterruptedException {
    ConnectionEvents events = new ConnectionEvents();
    ClientTransport plain = transports.factory("bolt").connect(spec(server, null), events);
    Status status = send(plain, head(ContractService.ECHO), new Object[] {"x"}).status();
    assertEquals(Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UC, status.flag());
  }

  @Test
  void policyWithoutItsFilesIsRefusedByName() {
    TlsPolicy missing = TlsPolicy.server(Path.of("absent.pem"), Path.of("absent.key"));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, missing), service));
    assertTrue(refused.getMessage().contains("absent.pem"), refused::getMessage);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            transports
                .factory("bolt")
                .connect(
                    spec(server, TlsPolicy.trusting(Path.of("absent.pem"))),
                    new ConnectionEvents()));
  }
}
