package io.duomesh.transport;

import io.duomesh.transport.server.NettyServer;
import java.time.Duration;
import java.util.Map;

class TripleContractTest extends TransportContractTest {
  @Override
  String protocol() {
    return "triple";
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
}
