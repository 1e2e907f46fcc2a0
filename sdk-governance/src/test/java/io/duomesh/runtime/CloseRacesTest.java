package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.Mode;
import io.duomesh.ServiceOptions;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.RuntimeFraction;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a switch or an end finds in the middle of something else. */
class CloseRacesTest {
  private static final String FIRST = "races:1";
  private static final String SECOND = "races:2";

  private final CountDownLatch compiling = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private @Nullable Duomesh server;
  private @Nullable Duomesh client;

  /** The service. */
  public interface Echo {
    String echo(String text);

    CompletableFuture<String> echoLater(String text);
  }

  @AfterEach
  void close() {
    goOn.countDown();
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
    LoopTransport.stop(FIRST);
    LoopTransport.stop(SECOND);
  }

  /** A filter's configuration that nothing reads; to compare it takes as long as the test wants. */
  private final class Slow {
    private final int version;

    Slow(int version) {
      this.version = version;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (!(other instanceof Slow that) || version == that.version) {
        return other instanceof Slow;
      }
      compiling.countDown();
      try {
        return !goOn.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  private static LocalRateLimit none() {
    return new LocalRateLimit(
        new LocalRateLimit.TokenBucket(1, 1, Duration.ofHours(1)),
        RuntimeFraction.percent(100),
        RuntimeFraction.percent(100),
        429,
        false,
        0,
        List.of(),
        List.of(),
        true,
        List.of());
  }

  private TrafficSnapshot inbound(int version) {
    List<FilterSpec> filters =
        List.of(FilterSpec.of("slow", new Slow(version)), FilterSpec.of("limit", none()));
    return new TrafficSnapshot(
        String.valueOf(version),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        new InboundPolicy(filters, null));
  }

  @Test
  void policyThatIsCompiledWhileASidecarTakesOverIsNotApplied() throws Exception {
    Duomesh mesh =
        Duomesh.builder()
            .traffic(inbound(1))
            .set("duomesh.server.port", "0")
            .set("duomesh.server.inproc", "races")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server = mesh;
    mesh.export(
        Echo.class,
        new Echo() {
          @Override
          public String echo(String text) {
            return text;
          }

          @Override
          public CompletableFuture<String> echoLater(String text) {
            return CompletableFuture.completedFuture(text);
          }
        },
        ServiceOptions.DEFAULT);
    mesh.start();
    CompletableFuture<?> update = CompletableFuture.runAsync(() -> mesh.update(inbound(2)));
    assertTrue(compiling.await(20, TimeUnit.SECONDS));
    Thread switching = new Thread(() -> mesh.forceMode(Mode.SIDECAR));
    switching.start();
    Awaitility.await() // it is through, or waits for the policy
        .until(
            () ->
                switching.getState() == Thread.State.TERMINATED
                    || switching.getState() == Thread.State.BLOCKED);
    goOn.countDown();
    update.get(20, TimeUnit.SECONDS);
    switching.join(20_000);
    Echo echo = mesh.client(Echo.class, "inproc:races");
    for (int i = 0; i < 3; i++) { // the limit would let one pass
      assertEquals("x", echo.echo("x"));
    }
  }

  private TrafficSnapshot outbound(int version, String address) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all", List.of("*"), Route.of("all", RouteMatch.prefix(""), OneCluster.forward())));
    Listener.HttpRoutes http =
        new Listener.HttpRoutes(null, routes, List.of(FilterSpec.of("slow", new Slow(version))));
    int colon = address.indexOf(':');
    Endpoint endpoint =
        Endpoint.of(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    LbPolicy policy = version == 1 ? LbPolicy.ROUND_ROBIN : new LbPolicy.Random(); // a new cluster
    return new TrafficSnapshot(
        String.valueOf(version),
        Map.of("echo", Listener.api("echo", http)),
        Map.of(),
        Map.of("c", ClusterSpec.of("c", "loop", policy)),
        Map.of("c", ClusterEndpoints.of("c", List.of(endpoint))),
        null);
  }

  @Test
  void configurationThatIsCompiledWhileTheRuntimeClosesLeavesNoConnection() throws Exception {
    LoopTransport.serve(FIRST, (invocation, request) -> LoopTransport.Reply.ok("hello"));
    LoopTransport.serve(SECOND, (invocation, request) -> LoopTransport.Reply.ok("hello"));
    Duomesh mesh = Duomesh.builder().traffic(outbound(1, FIRST)).build();
    client = mesh;
    Echo echo = mesh.client(Echo.class, "echo");
    mesh.start();
    assertEquals("hello", echo.echo("x"));
    assertEquals(1, LoopTransport.connections(FIRST));
    CompletableFuture<?> update =
        CompletableFuture.runAsync(() -> mesh.update(outbound(2, SECOND)));
    assertTrue(compiling.await(20, TimeUnit.SECONDS));
    mesh.close();
    goOn.countDown();
    update.handle((done, thrown) -> null).get(20, TimeUnit.SECONDS);
    Awaitility.await().until(() -> LoopTransport.connections(FIRST) == 0);
    assertEquals(0, LoopTransport.connections(SECOND));
  }

  @Test
  void callersHearOfTheEndWhileOthersMayAskTheRuntime() {
    LoopTransport.serve(FIRST, (invocation, request) -> null);
    Duomesh mesh = Duomesh.builder().traffic(OneCluster.of("echo", "loop", FIRST)).build().start();
    client = mesh;
    Echo echo =
        mesh.client(
            Echo.class,
            ClientOptions.target("echo").withCall(CallOptions.DEFAULT.withExecutor(Runnable::run)));
    AtomicBoolean answered = new AtomicBoolean();
    CompletableFuture<?> heard =
        echo.echoLater("x")
            .handle(
                (value, thrown) -> {
                  CompletableFuture<?> asked = CompletableFuture.supplyAsync(mesh::state);
                  asked.orTimeout(5, TimeUnit.SECONDS).join();
                  answered.set(true);
                  return null;
                });
    mesh.close();
    heard.handle((done, failed) -> null).join();
    assertTrue(answered.get(), "state() waited for close()");
  }
}
