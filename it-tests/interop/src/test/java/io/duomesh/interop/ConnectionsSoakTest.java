package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.testing.FaultProxy;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections that come and go by the thousands, in all the ways in which they can end, leave
 * nothing behind: no heap, no thread, no file, no buffer. {@code -Dduomesh.soak} says how many,
 * 3,000 unless told.
 */
@Timeout(3600)
class ConnectionsSoakTest {
  private static final int CONNECTIONS = Integer.getInteger("duomesh.soak", 3_000);
  private static final int THREADS = 4;
  private static final Path TLS =
      Path.of("../../sdk-transport/src/test/resources/io/duomesh/transport/tls");

  private final ExecutorService visitors = Executors.newFixedThreadPool(THREADS);
  private final List<AutoCloseable> open = new ArrayList<>();

  /** The service. */
  public interface Soak {
    String echo(String text);

    CompletableFuture<String> hold(String text);
  }

  private static final class SoakService implements Soak {
    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public CompletableFuture<String> hold(String text) { // its caller is gone before it ends
      return CompletableFuture.supplyAsync(
          () -> text, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
    }
  }

  @AfterEach
  void close() throws Exception {
    visitors.shutdownNow();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Duomesh server(@Nullable TlsPolicy tls) {
    var builder =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .traffic(TrafficSnapshot.EMPTY);
    if (tls != null) {
      builder.serverTls(tls);
    }
    Duomesh server = builder.build();
    open.add(server);
    server.export(Soak.class, new SoakService(), ServiceOptions.DEFAULT);
    return server.start();
  }

  /** What is left after a number of times is no more than after half of it. */
  private void soak(String what, int times, Times task) throws Exception {
    run(times / 2, task);
    Footprint before = Footprint.now();
    run(times, task);
    Footprint.awaitBackTo(before, times + " times " + what);
  }

  private interface Times {
    void run(int i) throws Exception;
  }

  private void run(int times, Times task) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int first = t;
      running.add(
          visitors.submit(
              () -> {
                for (int i = first; i < times; i += THREADS) {
                  task.run(i);
                }
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  @Test
  void serverForgetsItsVisitors() throws Exception {
    RawVisits raw = new RawVisits(Soak.class.getName(), server(null).port());
    List<RawVisits.Visit> visits = raw.plain();
    soak("to a server", CONNECTIONS, i -> raw.visit(visits.get(i / THREADS % visits.size())));
  }

  @Test
  void serverForgetsHandshakesThatFail() throws Exception {
    TlsPolicy tls = TlsPolicy.server(TLS.resolve("server.pem"), TLS.resolve("server.key"));
    RawVisits raw = new RawVisits(Soak.class.getName(), server(tls).port());
    List<RawVisits.Visit> visits = raw.secured();
    soak("to TLS", CONNECTIONS / 4, i -> raw.visit(visits.get(i / THREADS % visits.size())));
  }

  private static TrafficSnapshot snapshot(String protocol, int flip, int port) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to("c" + flip))));
    return new TrafficSnapshot(
        String.valueOf(flip),
        Map.of("soak", Listener.api("soak", Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("c" + flip, ClusterSpec.of("c" + flip, protocol, LbPolicy.ROUND_ROBIN)),
        Map.of(
            "c" + flip, ClusterEndpoints.of("c" + flip, List.of(Endpoint.of("127.0.0.1", port)))),
        null);
  }

  private Duomesh client() {
    Duomesh client = Duomesh.builder().set("duomesh.client.timeout", "20s").build();
    open.add(client);
    return client.startClients();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void clientForgetsClustersThatAreGone(String protocol) throws Exception {
    int port = server(null).port();
    Duomesh client = client();
    Soak soak = client.client(Soak.class, "flip:///soak");
    FlippingSource source = FlippingSource.latest();
    source.emit(snapshot(protocol, 0, port));
    assertEquals("x", soak.echo("x"));
    int[] flips = {0};
    soak(
        "a new cluster of " + protocol,
        CONNECTIONS / 10,
        i -> {
          synchronized (flips) {
            source.emit(i % 4 == 0 ? TrafficSnapshot.EMPTY : snapshot(protocol, ++flips[0], port));
          }
          try {
            client.with(soak, CallOptions.DEFAULT.withTimeout(Duration.ofMillis(200))).echo("x");
          } catch (RpcException e) {
            assertTrue(e.getMessage().contains("soak"), e::getMessage); // there is none just now
          }
        });
    assertTrue(client.state().clusters().size() <= 1, () -> client.state().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void clientForgetsConnectionsThatAreCut(String protocol) throws Exception {
    FaultProxy proxy = new FaultProxy("127.0.0.1", server(null).port());
    open.add(proxy);
    Duomesh client = client();
    Soak soak = client.client(Soak.class, "flip:///soak");
    FlippingSource.latest().emit(snapshot(protocol, 0, proxy.port()));
    assertEquals("x", soak.echo("x"));
    soak(
        "a cut connection of " + protocol,
        CONNECTIONS / 40, // what is cut so soon is not connected again before 100 ms
        i -> {
          awaitAnswer(soak);
          CompletableFuture<String> held = soak.hold("x");
          if (i % 2 == 0) {
            proxy.cut();
          }
          held.exceptionally(cut -> "").join();
        });
    assertTrue(proxy.accepted() > 10, () -> "connections: " + proxy.accepted());
  }

  private static void awaitAnswer(Soak soak) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .ignoreExceptions()
        .until(() -> "x".equals(soak.echo("x")));
  }
}
