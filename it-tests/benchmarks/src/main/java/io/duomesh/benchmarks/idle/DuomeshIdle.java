package io.duomesh.benchmarks.idle;

import io.duomesh.Metadata;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.bolt.BoltCounters;
import io.duomesh.transport.server.NettyServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Our own Bolt. */
final class DuomeshIdle implements IdlePeer {
  private final Transports transports;
  private final List<ClientTransport> connections = new ArrayList<>();
  private final LongAdder lost = new LongAdder();

  /** Heartbeats of the given times, in milliseconds. */
  DuomeshIdle(String first, String longest) {
    transports =
        new Transports(
            TransportOptions.of(
                Settings.of(
                    Map.of(
                        "duomesh.transport.event-loops", "1",
                        "duomesh.bolt.heartbeat", first,
                        "duomesh.bolt.heartbeat-max", longest))));
  }

  @Override
  public int serve() {
    ServerTransport server =
        NettyServer.bind(
            transports,
            new ServerSpec("127.0.0.1", 0, null),
            stream ->
                stream.close(
                    Status.remote(Status.Code.UNIMPLEMENTED, "nothing is served"), Metadata.EMPTY));
    return server.port();
  }

  @Override
  public void connect(int port, int count) throws InterruptedException {
    ConnectSpec spec =
        new ConnectSpec(
            "127.0.0.1", port, Duration.ofSeconds(10), null, null, transports, Map.of());
    for (int done = 0; done < count; done += 100) {
      CountDownLatch ready = new CountDownLatch(100);
      ClientTransport.Listener listener =
          new ClientTransport.Listener() {
            @Override
            public void onReady() {
              ready.countDown();
            }

            @Override
            public void onClosed(String reason, boolean wasReady) {
              lost.increment();
            }
          };
      for (int i = 0; i < 100; i++) {
        connections.add(transports.factory("bolt").connect(spec, listener));
      }
      if (!ready.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("connections did not stand within 30 s");
      }
    }
  }

  @Override
  public long heartbeats() {
    return BoltCounters.of(transports).heartbeats();
  }

  @Override
  public long lost() {
    return lost.sum();
  }
}
