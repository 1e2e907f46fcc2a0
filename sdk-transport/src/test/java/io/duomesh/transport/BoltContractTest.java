package io.duomesh.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.server.NettyServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoltContractTest extends TransportContractTest {
  @Override
  String protocol() {
    return "bolt";
  }

  @Override
  ServerTransport listen(ServerTransport.Listener listener) {
    return NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), listener);
  }

  @Override
  ConnectSpec spec(ServerTransport to) {
    return new ConnectSpec(
        "127.0.0.1", to.port(), Duration.ofSeconds(5), null, null, transports, Map.of());
  }

  @Test
  void hostNameIsLookedUp() throws Exception {
    RecordedCall call = callTo("localhost");
    assertEquals("x", call.value());
  }

  @Test
  void hostNameThatNobodyKnowsIsUnavailable() throws Exception {
    Status status = callTo("absent.invalid").status();
    assertEquals(Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UF, status.flag());
    assertTrue(status.unprocessed());
    assertTrue(status.message().contains("absent.invalid"), status::toString);
  }

  private RecordedCall callTo(String host) {
    ClientTransport other =
        transports
            .factory("bolt")
            .connect(
                new ConnectSpec(
                    host, server.port(), Duration.ofSeconds(5), null, null, transports, Map.of()),
                new ConnectionEvents());
    return send(other, head(ContractService.ECHO), new Object[] {"x"});
  }
}
