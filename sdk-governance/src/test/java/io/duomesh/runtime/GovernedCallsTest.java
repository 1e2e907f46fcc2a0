package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.HashPolicy;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.Locality;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.traffic.RateLimitRule;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.RuntimeFraction;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits, drops, hashing and failover as a caller meets them. */
class GovernedCallsTest {
  private final List<String> served = new ArrayList<>();
  private Duomesh mesh = Duomesh.builder().traffic(TrafficSnapshot.EMPTY).build();

  interface Greeter {
    String greet(String name);
  }

  @AfterEach
  void close() {
    mesh.close();
    served.forEach(LoopTransport::stop);
  }

  private void answer(String address) {
    served.add(address);
    LoopTransport.serve(address, (invocation, request) -> LoopTransport.Reply.ok(address));
  }

  @Test
  void routesOwnLimitRefusesOnlyTheCallsOfItsRoute() {
    answer("a:1");
    LocalRateLimit.TokenBucket two = new LocalRateLimit.TokenBucket(2, 1, Duration.ofSeconds(100));
    LocalRateLimit off =
        new LocalRateLimit(two, null, null, 429, false, 0, List.of(), List.of(), true, List.of());
    Route limited =
        new Route(
            "limited",
            RouteMatch.prefix("", HeaderMatcher.exact("x-limited", "yes")),
            RouteAction.Forward.to("c"),
            HeaderMutations.NONE,
            Map.of("limit", LocalRateLimit.of(two)));
    Route free = Route.of("free", RouteMatch.prefix(""), RouteAction.Forward.to("c"));
    start(
        List.of(FilterSpec.of("limit", off)),
        LbPolicy.ROUND_ROBIN,
        plain("a:1"),
        List.of(limited, free));
    Greeter pressed = greeter("x-limited", "yes");
    pressed.greet("1");
    pressed.greet("2");
    Status status = assertThrows(RpcException.class, () -> pressed.greet("3")).status();
    assertEquals(ResponseFlag.RL, status.flag());
    assertTrue(status.message().contains("limited"), status.message());
    Greeter others = greeter("x-limited", "no");
    for (int i = 0; i < 5; i++) {
      assertEquals("a:1", others.greet("x"));
    }
  }

  @Test
  void descriptorsOfTheRouteLimitEachCallerOnItsOwn() {
    answer("a:1");
    RuntimeFraction all = RuntimeFraction.percent(100);
    LocalRateLimit perUser =
        new LocalRateLimit(
            null,
            all,
            all,
            429,
            true,
            0,
            List.of(
                new LocalRateLimit.Descriptor(
                    List.of(new LocalRateLimit.Entry("user", "")),
                    new LocalRateLimit.TokenBucket(1, 1, Duration.ofSeconds(100)))),
            List.of(),
            true,
            List.of());
    RouteAction.Forward plain = RouteAction.Forward.to("c");
    RateLimitRule byUser =
        new RateLimitRule(0, List.of(new RateLimitRule.RequestHeader("x-user", "user", false)));
    VirtualHost host =
        VirtualHost.of("host", List.of("*"), Route.of("all", RouteMatch.prefix(""), plain));
    VirtualHost ruled =
        new VirtualHost(
            host.name(),
            host.domains(),
            host.routes(),
            null,
            host.headers(),
            host.requireTls(),
            null,
            List.of(byUser),
            Map.of());
    start(List.of(FilterSpec.of("limit", perUser)), LbPolicy.ROUND_ROBIN, plain("a:1"), ruled);
    greeter("x-user", "ann").greet("1");
    greeter("x-user", "bob").greet("1");
    Status status =
        assertThrows(RpcException.class, () -> greeter("x-user", "ann").greet("2")).status();
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.code());
    assertTrue(status.message().contains("user=ann"), status.message());
  }

  @Test
  void loadAssignmentThatDropsAllDropsEveryCall() {
    answer("a:1");
    ClusterEndpoints dropping =
        new ClusterEndpoints("c", plain("a:1").localities(), 140, 1_000_000);
    start(List.of(), LbPolicy.ROUND_ROBIN, dropping, List.of(all()));
    Status status = assertThrows(RpcException.class, () -> greeter("a", "b").greet("1")).status();
    assertEquals(ResponseFlag.DO, status.flag());
    assertEquals(Status.Code.UNAVAILABLE, status.code());
  }

  @Test
  void equalHeadersMeetTheSameEndpoint() {
    String[] addresses = {"a:1", "b:1", "c:1", "d:1"};
    for (String address : addresses) {
      answer(address);
    }
    RouteAction.Forward byUser =
        RouteAction.Forward.to("c").withHashPolicies(List.of(HashPolicy.header("x-user")));
    start(
        List.of(),
        new LbPolicy.RingHash(1024, 8_388_608, false, false),
        plain(addresses),
        List.of(Route.of("all", RouteMatch.prefix(""), byUser)));
    Set<String> met = new HashSet<>();
    for (int user = 0; user < 40; user++) {
      Greeter greeter = greeter("x-user", "user-" + user);
      String first = greeter.greet("1");
      met.add(first);
      for (int i = 0; i < 3; i++) {
        assertEquals(first, greeter.greet("again"));
      }
    }
    assertEquals(4, met.size());
  }

  @Test
  void callsFailOverToTheNextPriority() {
    answer("a:1");
    answer("b:1");
    Endpoint sick = new Endpoint("a", 1, 1, Endpoint.Health.UNHEALTHY, "", Map.of());
    ClusterEndpoints two =
        new ClusterEndpoints(
            "c",
            List.of(
                new LocalityEndpoints(Locality.NONE, 1, 0, List.of(sick)),
                new LocalityEndpoints(Locality.NONE, 1, 1, List.of(Endpoint.of("b", 1)))),
            140,
            0);
    start(List.of(), LbPolicy.ROUND_ROBIN, two, List.of(all()));
    for (int i = 0; i < 10; i++) {
      assertEquals("b:1", greeter("a", "b").greet("x"));
    }
  }

  private static Route all() {
    return Route.of("all", RouteMatch.prefix(""), RouteAction.Forward.to("c"));
  }

  @Test
  void clusterThatItsSourceCannotSecureFailsItsCalls() {
    answer("a:1");
    ClusterSpec marked =
        ClusterSpec.of("c", "loop", LbPolicy.ROUND_ROBIN)
            .withMetadata(Map.of("io.duomesh", Map.of("unusable", "TLS is asked for")));
    Route route = Route.of("r", RouteMatch.prefix(""), RouteAction.Forward.to("c"));
    start(List.of(), marked, plain("a:1"), VirtualHost.of("host", List.of("*"), route));
    Greeter greeter = greeter("x", "y");
    Status status = assertThrows(RpcException.class, () -> greeter.greet("1")).status();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertTrue(status.message().contains("TLS is asked for"), status.message());
  }

  private static ClusterEndpoints plain(String... addresses) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String address : addresses) {
      String[] parts = address.split(":");
      endpoints.add(Endpoint.of(parts[0], Integer.parseInt(parts[1])));
    }
    return ClusterEndpoints.of("c", endpoints);
  }

  private Greeter greeter(String header, String value) {
    return mesh.with(
        mesh.client(Greeter.class, "greeter:80"), CallOptions.DEFAULT.withMetadata(header, value));
  }

  private void start(
      List<FilterSpec> filters, LbPolicy policy, ClusterEndpoints endpoints, List<Route> routes) {
    start(
        filters,
        policy,
        endpoints,
        VirtualHost.of("host", List.of("*"), routes.toArray(new Route[0])));
  }

  private void start(
      List<FilterSpec> filters, LbPolicy policy, ClusterEndpoints endpoints, VirtualHost host) {
    start(filters, ClusterSpec.of("c", "loop", policy), endpoints, host);
  }

  private void start(
      List<FilterSpec> filters, ClusterSpec cluster, ClusterEndpoints endpoints, VirtualHost host) {
    Listener.HttpRoutes entrance =
        new Listener.HttpRoutes(null, RouteConfiguration.of("table", host), filters);
    TrafficSnapshot snapshot =
        new TrafficSnapshot(
            "v",
            Map.of("greeter:80", Listener.api("greeter:80", entrance)),
            Map.of(),
            Map.of("c", cluster),
            Map.of("c", endpoints),
            null);
    mesh.close();
    mesh = Duomesh.builder().traffic(snapshot).set("duomesh.client.timeout", "5s").build();
    mesh.start();
  }
}
