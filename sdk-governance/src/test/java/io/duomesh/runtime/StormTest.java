package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientInterceptor;
import io.duomesh.Duomesh;
import io.duomesh.MeshState;
import io.duomesh.Mode;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls over real connections while servers die, restart and move: none is lost, none ends twice.
 */
class StormTest {
  private final List<Duomesh> running = new CopyOnWriteArrayList<>();
  private final AtomicInteger version = new AtomicInteger();

  /** The service. */
  public interface Echo {
    String echo(String text);

    CompletableFuture<String> echoLater(String text);

    Object any(Object value);
  }

  private static final class EchoService implements Echo {
    @Override
    public String echo(String text) {
      Thread.onSpinWait();
      return text;
    }

    @Override
    public CompletableFuture<String> echoLater(String text) {
      return CompletableFuture.supplyAsync(() -> text);
    }

    @Override
    public Object any(Object value) {
      return value;
    }
  }

  @AfterEach
  void close() {
    running.forEach(Duomesh::close);
  }

  private Duomesh server() {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(Echo.class, new EchoService(), ServiceOptions.DEFAULT);
    server.start();
    running.add(server);
    return server;
  }

  private Duomesh client(String protocol, Duomesh sidecar, Duomesh... servers) {
    return client(protocol, sidecar, (invocation, next) -> next.newCall(invocation), servers);
  }

  private Duomesh client(
      String protocol, Duomesh sidecar, ClientInterceptor interceptor, Duomesh... servers) {
    Duomesh client =
        Duomesh.builder()
            .traffic(snapshot(protocol, servers))
            .clientInterceptor(interceptor)
            .set("duomesh.client.timeout", "10s")
            .set("duomesh.client.echo.protocol", protocol)
            .set("duomesh.sidecar.address", "127.0.0.1:" + sidecar.port())
            .build();
    running.add(0, client);
    return client.start();
  }

  private TrafficSnapshot snapshot(String protocol, Duomesh... servers) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Duomesh server : servers) {
      endpoints.add(Endpoint.of("127.0.0.1", server.port()));
    }
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to("c"))));
    return new TrafficSnapshot(
        String.valueOf(version.incrementAndGet()),
        Map.of("echo", Listener.api("echo", Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("c", ClusterSpec.of("c", protocol, LbPolicy.ROUND_ROBIN)),
        Map.of("c", ClusterEndpoints.of("c", endpoints)),
        null);
  }

  private static int active(Duomesh client) {
    return client.state().clusters().stream()
        .flatMap(cluster -> cluster.endpoints().stream())
        .mapToInt(MeshState.EndpointState::active)
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void everyCallEndsOnceWhileServersDie(String protocol) {
    Duomesh first = server();
    Ends ends = new Ends();
    Duomesh client = client(protocol, first, ends, first, server());
    ExecutorService tiny =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
    Echo echo =
        client.with(
            client.client(Echo.class, "echo"),
            CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(3)).withExecutor(tiny));
    Random random = new Random(42);
    AtomicInteger told = new AtomicInteger();
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 250; i++) {
        CompletableFuture<String> call = echo.echoLater("x" + i);
        call.whenComplete((value, thrown) -> told.incrementAndGet());
        calls.add(call);
        if (random.nextInt(10) == 0) {
          calls.get(random.nextInt(calls.size())).cancel(true);
        }
      }
      Duomesh dying = running.remove(1);
      Thread killer = new Thread(dying::close);
      killer.start();
      client.update(snapshot(protocol, running.get(1), server()));
      if (round % 2 == 0) {
        running.get(1).stopServer();
      }
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> told.get() == calls.size() && ends.ended.get() == ends.started.get());
    assertEquals(0, ends.twice.get());
    assertEquals(calls.size(), ends.started.get());
    Awaitility.await().until(() -> active(client) == 0);
    tiny.shutdown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void callsInFlightEndWithTheirRuntime(String protocol) {
    Duomesh server = server();
    Ends ends = new Ends();
    Duomesh client = client(protocol, server, ends, server);
    Echo echo = client.client(Echo.class, "echo");
    echo.echo("warm");
    AtomicInteger told = new AtomicInteger();
    int many = 3_000;
    for (int i = 0; i < many; i++) {
      echo.echoLater("x").whenComplete((value, thrown) -> told.incrementAndGet());
    }
    client.close();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> told.get() == many);
    assertEquals(0, ends.twice.get());
    assertEquals(many + 1, ends.ended.get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void noCallFailsWhileServersAreReplacedOneByOne(String protocol) throws Exception {
    Duomesh one = server();
    Duomesh two = server();
    Duomesh client = client(protocol, one, one, two);
    try (Load load = new Load(client.client(Echo.class, "echo"))) {
      load.goOn();
      Duomesh three = server();
      client.update(snapshot(protocol, two, three));
      load.goOn();
      one.stopServer();
      load.goOn();
      two.stopServer(); // still named by the configuration: its goodbye is all that is heard
      load.goOn();
      Duomesh four = server();
      client.update(snapshot(protocol, four, three));
      client.update(snapshot(protocol, four));
      client.update(snapshot(protocol, three, four));
      load.goOn();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void noCallFailsWhileTheModeIsSwitched(String protocol) throws Exception {
    Duomesh sidecar = server();
    Duomesh client = client(protocol, sidecar, server());
    try (Load load = new Load(client.client(Echo.class, "echo"))) {
      for (int i = 0; i < 5; i++) {
        load.goOn();
        client.switchTo(Mode.SIDECAR);
        load.goOn();
        client.switchTo(Mode.PROXYLESS);
      }
      load.goOn();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void absentSidecarGetsNoCalls(String protocol) throws Exception {
    Duomesh sidecar = server();
    int port = sidecar.port();
    Duomesh client = client(protocol, sidecar, server());
    try (Load load = new Load(client.client(Echo.class, "echo"))) {
      load.goOn();
      running.remove(sidecar);
      sidecar.close();
      String refused =
          assertThrows(IllegalStateException.class, () -> client.switchTo(Mode.SIDECAR))
              .getMessage();
      assertTrue(refused.contains("127.0.0.1:" + port), refused);
      assertEquals(Mode.PROXYLESS, client.mode());
      load.goOn();
    }
    client.forceMode(Mode.SIDECAR);
    assertEquals(Mode.SIDECAR, client.mode());
    assertThrows(RpcException.class, () -> client.client(Echo.class, "echo").echo("x"));
    client.switchTo(Mode.PROXYLESS);
    assertEquals("x", client.client(Echo.class, "echo").echo("x"));
  }

  @Test
  void sidecarThatCannotBeAskedNeedsAReadyUrl() {
    Duomesh client =
        Duomesh.builder()
            .traffic(snapshot("triple", server()))
            .set("duomesh.sidecar.address", "original")
            .build();
    running.add(0, client);
    client.start();
    String refused =
        assertThrows(IllegalStateException.class, () -> client.switchTo(Mode.SIDECAR)).getMessage();
    assertTrue(refused.contains("duomesh.sidecar.ready-url"), refused);
  }

  /** Threads that call without a pause; none of their calls may fail. */
  private static final class Load implements AutoCloseable {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final AtomicInteger answered = new AtomicInteger();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    Load(Echo echo) {
      for (int i = 0; i < 4; i++) {
        threads.execute(() -> call(echo));
      }
    }

    private void call(Echo echo) {
      while (!over) {
        try {
          assertEquals("x", echo.echo("x"));
          assertEquals("y", echo.echoLater("y").get(10, TimeUnit.SECONDS));
          answered.incrementAndGet();
        } catch (Exception | AssertionError e) {
          failures.add(e);
          return;
        }
      }
    }

    void goOn() {
      int before = answered.get();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !failures.isEmpty() || answered.get() > before + 50);
      assertEquals(List.of(), failures);
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      threads.shutdown();
      assertTrue(threads.awaitTermination(15, TimeUnit.SECONDS));
      assertEquals(List.of(), failures);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void argumentTooDeepToBeWrittenFailsItsCallAlone(String protocol) {
    Duomesh server = server();
    Duomesh client = client(protocol, server, server);
    Echo echo = client.client(Echo.class, "echo");
    List<Object> deep = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      deep = new ArrayList<>(List.of(deep));
    }
    List<Object> argument = deep;
    Status status = assertThrows(RpcException.class, () -> echo.any(argument)).status();
    assertEquals(Status.Code.INTERNAL, status.code());
    assertEquals("still there", echo.echo("still there"));
    Awaitility.await().until(() -> active(client) == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {20})
  void runtimesLeaveNoThreads(int times) {
    for (int i = 0; i < times; i++) {
      Duomesh server = server();
      Duomesh client = client(i % 2 == 0 ? "bolt" : "triple", server, server);
      assertEquals("x", client.client(Echo.class, "echo").echo("x"));
      client.close();
      server.close();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(List.of(), ours()));
  }

  private static List<String> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("duomesh-"))
        .toList();
  }
}
