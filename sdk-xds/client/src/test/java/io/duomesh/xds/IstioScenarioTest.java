package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.WeightedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Istio sends, read as it is. */
final class IstioScenarioTest {
  private static final String ECHO = "echo.demo.svc.cluster.local";

  private static TrafficSnapshot read(String scenario) throws Exception {
    Path directory =
        Path.of(IstioScenarioTest.class.getResource("/istio/" + scenario + "/lds.json").toURI())
            .getParent();
    try (Stream<Path> files = Files.list(directory)) {
      XdsFile file = XdsFile.read(files.sorted().toArray(Path[]::new));
      for (XdsVerdict verdict : file.resources()) {
        assertEquals("", verdict.reason(), verdict.name());
      }
      return file.snapshot();
    }
  }

  @Test
  void grpcPortIsAWildcardListenerWithNamedRoutes() throws Exception {
    TrafficSnapshot snapshot = read("plain-grpc");
    Listener listener = snapshot.listeners().get("0.0.0.0_8080");
    assertEquals("0.0.0.0", listener.address());
    assertEquals(8080, listener.port());
    Listener.FilterChain chain = listener.chains().get(0);
    assertEquals("raw_buffer", chain.match().transportProtocol());
    assertEquals(List.of("http/1.1", "h2c"), chain.match().applicationProtocols());
    Listener.HttpRoutes routes = (Listener.HttpRoutes) chain.action();
    assertEquals("8080", routes.routeConfigurationName());
    assertTrue(routes.head().normalizePath());
    assertEquals(
        new Listener.TcpProxy(List.of(WeightedCluster.of("PassthroughCluster", 1))),
        listener.defaultChain().action());
    assertTrue(snapshot.routeConfigurations().get("8080").ignorePortInHostMatching());
    ClusterSpec cluster = snapshot.clusters().get("outbound|8080||" + ECHO);
    assertEquals(new LbPolicy.LeastRequest(2), cluster.lbPolicy());
    assertEquals("triple", cluster.protocol());
    assertEquals(Duration.ofSeconds(10), cluster.connectTimeout());
    assertEquals(0, cluster.locality().panicThreshold());
    assertEquals(
        2,
        snapshot.endpoints().get(cluster.endpointsName()).localities().get(0).endpoints().size());
    assertInstanceOf(
        ClusterSpec.Discovery.OriginalDestination.class,
        snapshot.clusters().get("PassthroughCluster").discovery());
  }

  @Test
  void virtualInboundIsNoPlaceForOutboundCalls() throws Exception {
    TrafficSnapshot snapshot = read("plain-grpc");
    assertEquals(Set.of("0.0.0.0_8080", "virtualOutbound"), snapshot.listeners().keySet());
    assertNotNull(snapshot.inbound());
  }

  @Test
  void proxylessTargetIsAnApiListener() throws Exception {
    TrafficSnapshot snapshot = read("plain-grpc-proxyless");
    Listener listener = snapshot.listeners().get(ECHO + ":8080");
    assertNull(listener.address());
    assertEquals(
        Listener.HttpRoutes.named("outbound|8080||" + ECHO), listener.defaultChain().action());
  }

  @Test
  void sniffedPortHasRoutesOfItsOwnAndTcpFallback() throws Exception {
    Listener listener = read("bolt-auto").listeners().get("10.96.0.12_12200");
    Listener.HttpRoutes routes = (Listener.HttpRoutes) listener.chains().get(0).action();
    assertEquals(ECHO + ":12200", routes.routeConfigurationName());
    assertEquals(
        new Listener.TcpProxy(List.of(WeightedCluster.of("outbound|12200||" + ECHO, 1))),
        listener.defaultChain().action());
  }

  @Test
  void tcpPortGoesToItsCluster() throws Exception {
    Listener listener = read("bolt-tcp").listeners().get("10.96.0.12_12200");
    assertEquals(
        new Listener.TcpProxy(List.of(WeightedCluster.of("outbound|12200||" + ECHO, 1))),
        listener.chains().get(0).action());
  }

  @Test
  void connectionPoolLimitsAreThresholds() throws Exception {
    ClusterSpec cluster = read("connection-pool").clusters().get("outbound|8080||" + ECHO);
    assertEquals(new CircuitBreakers.Thresholds(20, 30, 5), cluster.circuitBreakers().normal());
    assertEquals(CircuitBreakers.Thresholds.DEFAULT, cluster.circuitBreakers().high());
    assertEquals(Duration.ofSeconds(2), cluster.connectTimeout());
    ClusterSpec unlimited = read("plain-grpc").clusters().get("outbound|8080||" + ECHO);
    assertEquals(0xFFFF_FFFFL, unlimited.circuitBreakers().normal().maxRequests());
  }

  @Test
  void failoverIsPrioritiesByLocality() throws Exception {
    TrafficSnapshot snapshot = read("locality-failover");
    List<Integer> priorities =
        snapshot.endpoints().get("outbound|8080||" + ECHO).localities().stream()
            .map(LocalityEndpoints::priority)
            .toList();
    assertEquals(List.of(0, 1, 3, 2), priorities);
    assertTrue(snapshot.clusters().get("outbound|8080||" + ECHO).locality().localityWeighted());
  }

  @Test
  void consistentHashIsRingOrMaglev() throws Exception {
    assertEquals(
        new LbPolicy.RingHash(2048, 8L << 20, false, false),
        read("lb-hash-header").clusters().get("outbound|8080||" + ECHO).lbPolicy());
    assertEquals(
        new LbPolicy.Maglev(5003),
        read("lb-hash-maglev").clusters().get("outbound|8080||" + ECHO).lbPolicy());
  }

  @Test
  void clusterThatDemandsTlsIsMarkedAndAutoMutualTlsIsNot() throws Exception {
    Object why =
        read("tls-simple")
            .clusters()
            .get("outbound|8080||" + ECHO)
            .metadata()
            .get(ClusterParser.NAMESPACE)
            .get("unusable");
    assertTrue(why.toString().contains("envoy.transport_sockets.tls"), why.toString());
    assertNull(
        read("auto-mtls")
            .clusters()
            .get("outbound|8080||" + ECHO)
            .metadata()
            .get(ClusterParser.NAMESPACE));
  }

  @Test
  void dnsServiceHasItsEndpointsInline() throws Exception {
    TrafficSnapshot snapshot = read("external-dns");
    ClusterSpec cluster = snapshot.clusters().get("outbound|8080||api.example.com");
    assertInstanceOf(ClusterSpec.Discovery.Dns.class, cluster.discovery());
    assertNotNull(snapshot.endpoints().get(cluster.endpointsName()));
  }

  @Test
  void localRateLimitStandsInTheClientsFiltersAndOnARoute() throws Exception {
    TrafficSnapshot snapshot = read("ef-local-ratelimit-outbound");
    var routes =
        (Listener.HttpRoutes) snapshot.listeners().get("0.0.0.0_8080").chains().get(0).action();
    List<String> names = routes.filters().stream().map(FilterSpec::name).toList();
    assertEquals(List.of("envoy.filters.http.local_ratelimit"), names);
    LocalRateLimit onRoute =
        (LocalRateLimit)
            snapshot.routeConfigurations().get("8080").virtualHosts().stream()
                .flatMap(host -> host.routes().stream())
                .map(route -> route.filterConfigs().get("envoy.filters.http.local_ratelimit"))
                .filter(LocalRateLimit.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertNotNull(onRoute.bucket());
  }

  @Test
  void localRateLimitOfTheServerIsItsInboundPolicy() throws Exception {
    var inbound = read("ef-local-ratelimit-inbound").inbound().at(0);
    assertInstanceOf(LocalRateLimit.class, inbound.filters().get(0).config());
    assertNotNull(inbound.routes());
  }

  @Test
  void listenerOfAProxylessServerIsItsPolicyWithoutWhatIsNotEnforced() throws Exception {
    TrafficSnapshot snapshot = read("authz-both-server");
    assertEquals(Set.of(), snapshot.listeners().keySet());
    assertEquals(Set.of(19001), snapshot.inbound().ports().keySet());
    assertEquals(List.of(), snapshot.inbound().at(19001).filters());
    assertEquals("inbound", snapshot.inbound().at(19001).routes().name());
  }
}
