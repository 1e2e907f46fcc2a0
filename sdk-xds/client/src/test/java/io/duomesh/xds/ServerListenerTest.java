package io.duomesh.xds;

import static io.duomesh.xds.Fixtures.apiListener;
import static io.duomesh.xds.Fixtures.routes;
import static io.duomesh.xds.ResourceType.CLUSTER;
import static io.duomesh.xds.ResourceType.LISTENER;
import static io.duomesh.xds.ResourceType.ROUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.InboundPolicy;
import io.duomesh.xds.proto.envoy.config.core.v3.Address;
import io.duomesh.xds.proto.envoy.config.core.v3.SocketAddress;
import io.duomesh.xds.proto.envoy.config.listener.v3.Filter;
import io.duomesh.xds.proto.envoy.config.listener.v3.FilterChain;
import io.duomesh.xds.proto.envoy.config.listener.v3.FilterChainMatch;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.duomesh.xds.proto.envoy.type.v3.TokenBucket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The listeners that proxyless servers ask for become what is applied to their calls. */
final class ServerListenerTest {
  private static final String SERVER = "xds.istio.io/grpc/lds/inbound/0.0.0.0:12200";
  private static final String OTHER = "xds.istio.io/grpc/lds/inbound/0.0.0.0:12201";

  private static Listener listener(String name, FilterChainMatch match, String limit) {
    TokenBucket bucket =
        TokenBucket.newBuilder()
            .setMaxTokens(3)
            .setFillInterval(com.google.protobuf.Duration.newBuilder().setSeconds(1))
            .build();
    HttpConnectionManager manager = Fixtures.manager("in");
    HttpFilter filter =
        HttpFilter.newBuilder()
            .setName(limit)
            .setTypedConfig(
                Fixtures.pack(
                    LocalRateLimit.newBuilder().setStatPrefix("x").setTokenBucket(bucket).build()))
            .build();
    return Listener.newBuilder()
        .setName(name)
        .setAddress(
            Address.newBuilder()
                .setSocketAddress(
                    SocketAddress.newBuilder()
                        .setAddress("0.0.0.0")
                        .setPortValue(Integer.parseInt(name.substring(name.lastIndexOf(':') + 1)))))
        .addFilterChains(
            FilterChain.newBuilder()
                .setFilterChainMatch(match)
                .addFilters(
                    Filter.newBuilder()
                        .setName("hcm")
                        .setTypedConfig(
                            Fixtures.pack(
                                manager.toBuilder()
                                    .clearHttpFilters()
                                    .addHttpFilters(filter)
                                    .addAllHttpFilters(manager.getHttpFiltersList())
                                    .build()))))
        .build();
  }

  private static Listener listener(String name) {
    return listener(name, FilterChainMatch.getDefaultInstance(), "limit");
  }

  private static List<String> filters(Harness harness, int port) {
    InboundPolicy inbound = harness.latest().inbound();
    assertNotNull(inbound);
    return inbound.at(port).filters().stream().map(FilterSpec::name).toList();
  }

  @Test
  void listenerOfTheServerIsItsPolicyAndNoTargets() {
    Harness harness = Harness.proxylessSotw("echo:80", SERVER);
    assertEquals(Set.of("echo:80", SERVER), Set.copyOf(harness.sotw().getResourceNamesList()));
    harness.sendAll(LISTENER, "1", apiListener("echo:80", "out"), listener(SERVER));
    assertEquals(List.of(), harness.snapshots, "its routes are to come");
    harness.sendAll(ROUTES, "1", routes("out"), routes("in", "never-asked-for"));
    assertEquals(Set.of("echo:80"), harness.latest().listeners().keySet());
    assertEquals(List.of("limit"), filters(harness, 12200));
    assertEquals("in", harness.latest().inbound().at(12200).routes().name());
    assertEquals(Set.of("out"), harness.latest().routeConfigurations().keySet());
    assertTrue(
        harness.sotws().stream().noneMatch(r -> r.getTypeUrl().equals(CLUSTER.typeUrl())),
        "a server's routes lead to no cluster");
  }

  @Test
  void absenceIsNoPolicyAndHoldsTheFirstSnapshotUpForFifteenSecondsAtMost() {
    Harness harness = Harness.proxylessSotw("echo:80", SERVER);
    harness.sendAll(LISTENER, "1", apiListener("echo:80", "out"));
    harness.sendAll(ROUTES, "1", routes("out"));
    assertEquals(List.of(), harness.snapshots);
    harness.advance(Duration.ofSeconds(16));
    assertEquals(Set.of("echo:80"), harness.latest().listeners().keySet());
    assertEquals(List.of(), filters(harness, 12200));
  }

  @Test
  void policyComesAndGoesWithTheListener() {
    Harness harness = Harness.proxylessDelta(SERVER);
    harness.send(LISTENER, "1", List.of(SERVER));
    assertEquals(List.of(), filters(harness, 12200));
    harness.send(LISTENER, listener(SERVER));
    harness.send(ROUTES, routes("in"));
    assertEquals(List.of("limit"), filters(harness, 12200));
    harness.send(LISTENER, "2", List.of(SERVER));
    assertEquals(List.of(), filters(harness, 12200));
  }

  @Test
  void eachServerOfAProcessHasItsOwn() {
    Harness harness = Harness.proxylessDelta(SERVER, OTHER);
    harness.send(LISTENER, "1", List.of(OTHER), listener(SERVER));
    harness.send(ROUTES, routes("in"));
    assertEquals(List.of("limit"), filters(harness, 12200));
    assertEquals(List.of(), filters(harness, 12201));
  }

  @Test
  void chainForAnotherPortOrForTlsDoesNotCount() {
    for (FilterChainMatch match :
        List.of(
            FilterChainMatch.newBuilder().setTransportProtocol("tls").build(),
            FilterChainMatch.newBuilder()
                .setDestinationPort(com.google.protobuf.UInt32Value.of(1))
                .build())) {
      Harness harness = Harness.proxylessDelta(SERVER);
      harness.send(LISTENER, listener(SERVER, match, "limit"));
      harness.send(ROUTES, routes("in"));
      assertEquals(List.of(), filters(harness, 12200));
    }
  }

  @Test
  void apiListenerForAServerIsRefused() {
    Harness harness = Harness.proxylessDelta(SERVER);
    harness.deltas();
    harness.send(LISTENER, apiListener(SERVER, "in"));
    String why = harness.delta().getErrorDetail().getMessage();
    assertTrue(why.contains("filter chains"), why);
  }

  @Test
  void whereNoServerAsksNothingIsSaidOfInboundCalls() {
    Harness harness = Harness.proxylessDelta("echo:80");
    harness.send(LISTENER, apiListener("echo:80", "out"));
    harness.send(ROUTES, routes("out"));
    assertNull(harness.latest().inbound());
  }
}
