package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.MeshState;
import io.duomesh.ServiceOptions;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers that stop and come back on the same address one after the other, while the configuration
 * names them all the time and calls come without a pause.
 */
@Timeout(180)
class RollingRestartTest {
  private static final int RESTARTS = 50;
  private static final int THREADS = 8;

  private final Duomesh[] servers = new Duomesh[2];
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();
  private final ExecutorService callers = Executors.newFixedThreadPool(THREADS);
  private volatile boolean over;

  /** The service. */
  public interface Echo {
    String echo(String text);

    CompletableFuture<String> echoLater(String text);
  }

  private static final class EchoService implements Echo {
    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public CompletableFuture<String> echoLater(String text) { // still open when the server stops
      return CompletableFuture.supplyAsync(
          () -> text, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));
    }
  }

  @AfterEach
  void close() {
    over = true;
    callers.shutdownNow();
    for (Duomesh server : servers) {
      if (server != null) {
        server.close();
      }
    }
  }

  private static Duomesh server(int port) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", String.valueOf(port))
            .set("duomesh.server.address", "127.0.0.1")
            .set("duomesh.transport.event-loops", "1")
            .build();
    server.export(Echo.class, new EchoService(), ServiceOptions.DEFAULT);
    return server.start();
  }

  private static long ready(Duomesh client) {
    return client.state().clusters().stream()
        .flatMap(cluster -> cluster.endpoints().stream())
        .map(MeshState.EndpointState::connection)
        .filter("ready"::equals)
        .count();
  }

  private void call(Echo echo) {
    while (!over) {
      try {
        assertEquals("x", echo.echo("x"));
        assertEquals("y", echo.echoLater("y").get(20, TimeUnit.SECONDS));
        answered.addAndGet(2);
      } catch (Exception | AssertionError e) {
        failures.add(e);
      } finally {
        told.incrementAndGet();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void noCallFailsWhileServersRestart(String protocol) throws InterruptedException {
    servers[0] = server(0);
    servers[1] = server(0);
    try (Duomesh client =
        Duomesh.builder()
            .traffic(bothServers(protocol))
            .set("duomesh.client.timeout", "20s")
            .build()
            .start()) {
      Echo echo = client.client(Echo.class, "echo");
      for (int i = 0; i < THREADS; i++) {
        callers.execute(() -> call(echo));
      }
      for (int i = 0; i < RESTARTS; i++) {
        awaitReady(client);
        Duomesh stopping = servers[i % 2];
        int port = stopping.port();
        stopping.close();
        goOn();
        servers[i % 2] = server(port);
        goOn();
        assertEquals(List.of(), failures, "restart " + i);
      }
      over = true;
      callers.shutdown();
      assertTrue(callers.awaitTermination(30, TimeUnit.SECONDS));
      assertEquals(List.of(), failures);
    }
    assertTrue(answered.get() > RESTARTS * 40, "answered: " + answered);
  }

  private TrafficSnapshot bothServers(String protocol) {
    List<Endpoint> endpoints =
        List.of(
            Endpoint.of("127.0.0.1", servers[0].port()),
            Endpoint.of("127.0.0.1", servers[1].port()));
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to("c"))));
    return new TrafficSnapshot(
        "1",
        Map.of("echo", Listener.api("echo", Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("c", ClusterSpec.of("c", protocol, LbPolicy.ROUND_ROBIN)),
        Map.of("c", ClusterEndpoints.of("c", endpoints)),
        null);
  }

  private void awaitReady(Duomesh client) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(20))
        .until(() -> ready(client) == 2);
  }

  private void goOn() {
    int before = told.get();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> told.get() > before + 2 * THREADS);
  }
}
