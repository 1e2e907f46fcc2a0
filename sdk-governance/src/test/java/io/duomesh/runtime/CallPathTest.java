package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.Explanation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The call path of the client, over a transport whose outcomes the test decides. */
class CallPathTest {
  private final Map<String, AtomicInteger> hits = new ConcurrentHashMap<>();
  private final List<String> served = new ArrayList<>();
  private Duomesh mesh = Duomesh.builder().traffic(TrafficSnapshot.EMPTY).build();

  interface Greeter {
    String greet(String name);

    CompletableFuture<String> greetLater(String name);
  }

  @AfterEach
  void close() {
    mesh.close();
    served.forEach(LoopTransport::stop);
  }

  private void serve(String address, LoopTransport.Server server) {
    served.add(address);
    hits.put(address, new AtomicInteger());
    LoopTransport.serve(
        address,
        (invocation, request) -> {
          hits.get(address).incrementAndGet();
          return server.reply(invocation, request);
        });
  }

  private void answer(String address) {
    serve(
        address,
        (invocation, request) -> LoopTransport.Reply.ok(address + " " + ((Object[]) request)[0]));
  }

  private int hits(String address) {
    return hits.get(address).get();
  }

  private Greeter start(TrafficSnapshot snapshot) {
    mesh.close();
    mesh = Duomesh.builder().traffic(snapshot).set("duomesh.client.timeout", "5s").build();
    mesh.start();
    return mesh.client(Greeter.class, "greeter:80");
  }

  private static ClusterSpec cluster(String name) {
    return ClusterSpec.of(name, "loop", LbPolicy.ROUND_ROBIN);
  }

  private static ClusterEndpoints endpoints(String name, String... addresses) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String address : addresses) {
      int colon = address.indexOf(':');
      endpoints.add(
          Endpoint.of(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    }
    return ClusterEndpoints.of(name, endpoints);
  }

  private static TrafficSnapshot snapshot(
      List<ClusterSpec> clusters, List<ClusterEndpoints> endpoints, Route... routes) {
    RouteConfiguration table =
        RouteConfiguration.of("table", VirtualHost.of("host", List.of("*"), routes));
    Map<String, ClusterSpec> byName = new ConcurrentHashMap<>();
    clusters.forEach(c -> byName.put(c.name(), c));
    Map<String, ClusterEndpoints> assignments = new ConcurrentHashMap<>();
    endpoints.forEach(e -> assignments.put(e.name(), e));
    return new TrafficSnapshot(
        "v" + System.nanoTime(),
        Map.of("greeter:80", Listener.api("greeter:80", Listener.HttpRoutes.of(table))),
        Map.of(),
        byName,
        assignments,
        null);
  }

  private static Route to(String cluster) {
    return Route.of("all", RouteMatch.prefix(""), RouteAction.Forward.to(cluster));
  }

  private static TrafficSnapshot oneCluster(String... addresses) {
    return snapshot(List.of(cluster("c")), List.of(endpoints("c", addresses)), to("c"));
  }

  @Test
  void blockingAndAsynchronousCallsReachTheOnlyEndpoint() throws Exception {
    answer("a:1");
    Greeter greeter = start(oneCluster("a:1"));
    assertEquals("a:1 bob", greeter.greet("bob"));
    assertEquals("a:1 eve", greeter.greetLater("eve").get(5, TimeUnit.SECONDS));
  }

  @Test
  void roundRobinSpreadsCallsEvenly() {
    answer("a:1");
    answer("b:2");
    Greeter greeter = start(oneCluster("a:1", "b:2"));
    for (int i = 0; i < 100; i++) {
      greeter.greet("x");
    }
    assertEquals(50, hits("a:1"));
    assertEquals(50, hits("b:2"));
  }

  @Test
  void aHeaderPinsCallsToItsRoute() {
    answer("a:1");
    answer("b:2");
    Route pinned =
        Route.of(
            "pinned",
            RouteMatch.prefix("", HeaderMatcher.exact("x-version", "v2")),
            RouteAction.Forward.to("v2"));
    Greeter greeter =
        start(
            snapshot(
                List.of(cluster("v1"), cluster("v2")),
                List.of(endpoints("v1", "a:1"), endpoints("v2", "b:2")),
                pinned,
                to("v1")));
    Greeter v2 = mesh.with(greeter, CallOptions.DEFAULT.withMetadata("X-Version", "v2"));
    for (int i = 0; i < 20; i++) {
      assertEquals("b:2 x", v2.greet("x"));
      assertEquals("a:1 x", greeter.greet("x"));
    }
  }

  @Test
  void repeatedLinesAreOneWhereHttpKnowsOne() {
    serve(
        "a:1",
        (invocation, request) ->
            LoopTransport.Reply.ok(
                invocation.metadata().all("user-agent") + " " + invocation.metadata().all("x-y")));
    answer("b:2");
    Route joined =
        Route.of(
            "joined",
            RouteMatch.prefix("", HeaderMatcher.exact("user-agent", "one,two")),
            RouteAction.Forward.to("v1"));
    Greeter greeter =
        start(
            snapshot(
                List.of(cluster("v1"), cluster("v2")),
                List.of(endpoints("v1", "a:1"), endpoints("v2", "b:2")),
                joined,
                to("v2")));
    Metadata twice = Metadata.of("User-Agent", "one", "x-y", "1", "user-agent", "two", "x-y", "2");
    CallOptions options = CallOptions.DEFAULT;
    for (int i = 0; i < twice.size(); i++) {
      options = options.withMetadata(twice.name(i), twice.value(i));
    }
    Greeter agent = mesh.with(greeter, options);
    assertEquals("[one,two] [1, 2]", agent.greet("x")); // what the upstream gets is joined too
    assertEquals("joined", mesh.explain("greeter:80", "/x/y", twice, 0).route());
  }

  @Test
  void weightsShareCalls() {
    answer("a:1");
    answer("b:2");
    Route weighted =
        Route.of(
            "weighted",
            RouteMatch.prefix(""),
            RouteAction.Forward.to(
                ClusterSelector.weighted(
                    WeightedCluster.of("v1", 90), WeightedCluster.of("v2", 10))));
    Greeter greeter =
        start(
            snapshot(
                List.of(cluster("v1"), cluster("v2")),
                List.of(endpoints("v1", "a:1"), endpoints("v2", "b:2")),
                weighted));
    for (int i = 0; i < 5000; i++) {
      greeter.greet("x");
    }
    assertEquals(4500, hits("a:1"), 130); // six standard deviations
  }

  @Test
  void anUnprocessedFailureIsTriedOnceMoreElsewhereWithoutAPolicy() {
    answer("a:1");
    serve(
        "b:2",
        (invocation, request) ->
            LoopTransport.Reply.failed(
                Status.remote(Status.Code.RESOURCE_EXHAUSTED, "busy").withUnprocessed(true)));
    Greeter greeter = start(oneCluster("a:1", "b:2"));
    for (int i = 0; i < 20; i++) {
      assertEquals("a:1 x", greeter.greet("x"));
    }
    assertTrue(hits("b:2") > 0);
  }

  @Test
  void aFailureThatMayHaveBeenProcessedIsNotTriedAgain() {
    AtomicInteger calls = new AtomicInteger();
    serve(
        "a:1",
        (invocation, request) -> {
          calls.incrementAndGet();
          return LoopTransport.Reply.failed(
              Status.transport(Status.Code.UNAVAILABLE, "reset").withFlag(ResponseFlag.UC));
        });
    Greeter greeter = start(oneCluster("a:1"));
    RpcException failure = assertThrows(RpcException.class, () -> greeter.greet("x"));
    assertEquals(ResponseFlag.UC, failure.status().flag());
    assertEquals(1, calls.get());
    assertTrue(failure.getMessage().contains("a:1"), failure.getMessage());
  }

  @Test
  void aRoutesRetryPolicyDecidesWherePresent() {
    AtomicInteger calls = new AtomicInteger();
    serve(
        "a:1",
        (invocation, request) ->
            calls.incrementAndGet() < 3
                ? LoopTransport.Reply.failed(
                    Status.transport(Status.Code.UNAVAILABLE, "reset").withFlag(ResponseFlag.UC))
                : LoopTransport.Reply.ok("third"));
    Route retried =
        Route.of(
            "retried",
            RouteMatch.prefix(""),
            RouteAction.Forward.to("c").withRetryPolicy(RetryPolicy.on(2, "reset")));
    Greeter greeter =
        start(snapshot(List.of(cluster("c")), List.of(endpoints("c", "a:1")), retried));
    assertEquals("third", greeter.greet("x"));
    assertEquals(3, calls.get());
  }

  @Test
  void aRoutesTimeoutShortensTheCallersDeadline() {
    serve("a:1", (invocation, request) -> null);
    Route quick =
        Route.of(
            "quick",
            RouteMatch.prefix(""),
            RouteAction.Forward.to("c")
                .withTimeouts(RouteAction.Timeouts.of(Duration.ofMillis(50))));
    Greeter greeter = start(snapshot(List.of(cluster("c")), List.of(endpoints("c", "a:1")), quick));
    long start = System.nanoTime();
    RpcException late = assertThrows(RpcException.class, () -> greeter.greet("x"));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, late.status().code());
    assertEquals(ResponseFlag.UT, late.status().flag());
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4));
  }

  @Test
  void noMatchingRouteIsUnimplementedWithItsFlag() {
    Route other = Route.of("other", RouteMatch.prefix("/other"), RouteAction.Forward.to("c"));
    Greeter greeter = start(snapshot(List.of(cluster("c")), List.of(endpoints("c", "a:1")), other));
    RpcException none = assertThrows(RpcException.class, () -> greeter.greet("x"));
    assertEquals(Status.Code.UNIMPLEMENTED, none.status().code());
    assertEquals(ResponseFlag.NR, none.status().flag());
  }

  @Test
  void anUnknownClusterFailsOnlyTheCallsThatChooseIt() {
    answer("a:1");
    Route missing =
        Route.of(
            "missing",
            RouteMatch.prefix("", HeaderMatcher.exact("x", "missing")),
            RouteAction.Forward.to("nowhere"));
    Greeter greeter =
        start(snapshot(List.of(cluster("c")), List.of(endpoints("c", "a:1")), missing, to("c")));
    Greeter lost = mesh.with(greeter, CallOptions.DEFAULT.withMetadata("x", "missing"));
    RpcException failure = assertThrows(RpcException.class, () -> lost.greet("x"));
    assertEquals(ResponseFlag.NC, failure.status().flag());
    assertEquals("a:1 x", greeter.greet("x"));
  }

  @Test
  void noEndpointSaysHowManyWereLeftAfterEachStage() {
    Greeter greeter = start(snapshot(List.of(cluster("c")), List.of(endpoints("c")), to("c")));
    RpcException none = assertThrows(RpcException.class, () -> greeter.greet("x"));
    assertEquals(ResponseFlag.UH, none.status().flag());
    assertNotNull(none.status().stages());
    assertEquals(0, none.status().stages().resolved());
  }

  @Test
  void refusedConnectionsAreUnavailableAndSayWhere() {
    Greeter greeter = start(oneCluster("gone:1"));
    RpcException refused = assertThrows(RpcException.class, () -> greeter.greet("x"));
    assertEquals(Status.Code.UNAVAILABLE, refused.status().code());
    assertEquals(ResponseFlag.UF, refused.status().flag());
    assertTrue(refused.getMessage().contains("gone:1"), refused.getMessage());
  }

  @Test
  void maxRequestsRefusesTheCallTooMany() throws Exception {
    serve("a:1", (invocation, request) -> null);
    CircuitBreakers.Thresholds one = new CircuitBreakers.Thresholds(1024, 1, 3);
    ClusterSpec narrow = cluster("c").withCircuitBreakers(new CircuitBreakers(one, one));
    Greeter greeter = start(snapshot(List.of(narrow), List.of(endpoints("c", "a:1")), to("c")));
    CompletableFuture<String> first = greeter.greetLater("x");
    ExecutionException second =
        assertThrows(
            ExecutionException.class, () -> greeter.greetLater("y").get(5, TimeUnit.SECONDS));
    RpcException overflow = assertInstanceOf(RpcException.class, second.getCause());
    assertEquals(ResponseFlag.UO, overflow.status().flag());
    first.cancel(true);
  }

  @Test
  void callsThatWaitForAConnectionAreBounded() throws Exception {
    LoopTransport.hold("a:1");
    served.add("a:1");
    CircuitBreakers.Thresholds two = new CircuitBreakers.Thresholds(2, 1024, 3);
    ClusterSpec narrow = cluster("c").withCircuitBreakers(new CircuitBreakers(two, two));
    Greeter greeter = start(snapshot(List.of(narrow), List.of(endpoints("c", "a:1")), to("c")));
    CompletableFuture<String> first = greeter.greetLater("1");
    CompletableFuture<String> second = greeter.greetLater("2");
    assertEquals(ResponseFlag.UO, refused(greeter.greetLater("3")).flag());
    second.cancel(true);
    org.awaitility.Awaitility.await().until(() -> active() == 1);
    CompletableFuture<String> third = greeter.greetLater("3"); // in the place that became free
    assertEquals(ResponseFlag.UO, refused(greeter.greetLater("4")).flag());
    answer("a:1");
    LoopTransport.release("a:1");
    assertEquals("a:1 1", first.get(20, TimeUnit.SECONDS));
    assertEquals("a:1 3", third.get(20, TimeUnit.SECONDS));
    for (int i = 0; i < 10; i++) {
      assertEquals("a:1 x", greeter.greet("x"));
    }
  }

  private int active() {
    return mesh.state().clusters().get(0).endpoints().get(0).active();
  }

  private static Status refused(CompletableFuture<String> call) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> call.get(20, TimeUnit.SECONDS));
    return assertInstanceOf(RpcException.class, e.getCause()).status();
  }

  @Test
  void anUpdateMovesCallsWithoutAFailedOne() throws Exception {
    answer("a:1");
    answer("b:2");
    Greeter greeter = start(oneCluster("a:1"));
    AtomicInteger failures = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Thread caller =
        new Thread(
            () -> {
              while (done.get() == 0) {
                try {
                  greeter.greet("x");
                } catch (RuntimeException e) {
                  failures.incrementAndGet();
                }
              }
            });
    caller.start();
    for (int i = 0; i < 10; i++) {
      mesh.update(oneCluster(i % 2 == 0 ? "b:2" : "a:1"));
    }
    mesh.update(oneCluster("b:2"));
    org.awaitility.Awaitility.await().until(() -> greeter.greet("x").equals("b:2 x"));
    done.set(1);
    caller.join();
    assertEquals(0, failures.get());
  }

  @Test
  void everyCallEndsOnceThoughTheCallbackExecutorIsFull() throws Exception {
    answer("a:1");
    Greeter greeter = start(oneCluster("a:1"));
    Greeter full =
        mesh.with(
            greeter,
            CallOptions.DEFAULT.withExecutor(
                task -> {
                  throw new java.util.concurrent.RejectedExecutionException("full");
                }));
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      calls.add(full.greetLater("x"));
    }
    CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0])).get(10, TimeUnit.SECONDS);
    for (CompletableFuture<String> call : calls) {
      assertEquals("a:1 x", call.get());
    }
  }

  @Test
  void explainNamesEveryStepWithoutCalling() {
    answer("a:1");
    start(oneCluster("a:1"));
    Explanation explanation = mesh.explain("greeter:80", "/some.Greeter/greet", Metadata.EMPTY, 0);
    assertEquals("host", explanation.virtualHost());
    assertEquals("all", explanation.route());
    assertEquals("c", explanation.cluster());
    assertEquals("a:1", explanation.endpoint());
    assertEquals(0, hits("a:1"));
  }

  @Test
  void explainSaysWhyNotTheOtherClustersAndEndpoints() {
    Route weighted =
        Route.of(
            "weighted",
            RouteMatch.prefix(""),
            RouteAction.Forward.to(
                ClusterSelector.weighted(
                    WeightedCluster.of("v1", 90), WeightedCluster.of("v2", 10))));
    start(
        snapshot(
            List.of(cluster("v1"), cluster("v2")),
            List.of(endpoints("v1", "a:1"), endpoints("v2", "b:2", "b:3")),
            weighted));
    Explanation explanation =
        mesh.explain("greeter:80", "/some.Greeter/greet", Metadata.EMPTY, 190);
    String chosen = String.valueOf(explanation.endpoint());
    String other = chosen.equals("b:2") ? "b:3" : "b:2";
    List<String> why = explanation.why();
    assertEquals(
        List.of(
            "cluster v1: no, random 190 is not in its share of 90 in 100",
            "cluster v2: yes, random 190 is in its share of 10 in 100"),
        why.subList(why.size() - 4, why.size() - 2));
    assertTrue(
        why.get(why.size() - 2).startsWith("endpoint " + chosen + ": yes, by round robin"),
        why.toString());
    assertTrue(
        why.get(why.size() - 1).startsWith("endpoint " + other + ": not this time"),
        why.toString());
  }

  @Test
  void clientsNameTheirTarget() {
    Greeter greeter = start(oneCluster("a:1"));
    assertTrue(greeter.toString().contains("greeter:80"), greeter.toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> mesh.client(String.class, ClientOptions.target("greeter:80")));
  }
}
