package io.duomesh.transport;

import io.duomesh.transport.inproc.InprocServer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

class InprocContractTest extends TransportContractTest {
  private final String name = "contract-" + UUID.randomUUID();

  @Override
  String protocol() {
    return "inproc";
  }

  @Override
  ServerTransport listen(ServerTransport.Listener listener) {
    return InprocServer.bind(transports, name, listener);
  }

  @Override
  ConnectSpec spec(ServerTransport to) {
    return new ConnectSpec(name, 0, Duration.ofSeconds(5), null, null, transports, Map.of());
  }
}
