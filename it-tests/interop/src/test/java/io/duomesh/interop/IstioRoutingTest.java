package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Explanation;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.interop.IstioConfig.Head;
import io.duomesh.traffic.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routing questions with the answers that the Istio YAML beside each resource means. */
class IstioRoutingTest {
  private static final String ECHO = IstioConfig.ECHO + ":8080";
  private static final String BOLT = IstioConfig.ECHO + ":12200";

  private static Map<String, Integer> shares(IstioConfig config, String target) {
    Map<String, Integer> shares = new TreeMap<>();
    LongStream.range(0, 100)
        .mapToObj(random -> IstioConfig.destination(config.explain(target, "/s/m", random)))
        .forEach(subset -> shares.merge(subset, 1, Integer::sum));
    return shares;
  }

  private static Status failure(Explanation call) {
    return Objects.requireNonNull(call.status(), call.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void subsetsAloneChangeNoRoute(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("subsets", shape)) {
      assertEquals(IstioConfig.ECHO, config.goesTo(ECHO, "/s/m"));
      assertEquals(IstioConfig.ECHO, config.goesTo(ECHO, "/s/m", "version", "v2"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void headersChooseTheSubset(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("match-headers", shape)) {
      assertEquals("v1", config.goesTo(ECHO, "/s/m"));
      assertEquals("v2", config.goesTo(ECHO, "/s/m", "canary", "1"));
      assertEquals("v1", config.goesTo(ECHO, "/s/m", "canary", "12"));
      assertEquals("v2", config.goesTo(ECHO, "/s/m", "user", "test-7"));
      assertEquals("v1", config.goesTo(ECHO, "/s/m", "user", "a-test-7"));
      assertEquals("v2", config.goesTo(ECHO, "/s/m", "cookie", "a=b;user=jason;c=d"));
      assertEquals("v1", config.goesTo(ECHO, "/s/m", "cookie", "user=jasons"));
      assertEquals("v2", config.goesTo(ECHO, "/s/m", "x-gray", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void conditionsOfOneMatchAreAndSeveralMatchesAreOr(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("match-and-or", shape)) {
      assertEquals("v2", config.goesTo(ECHO, "/acme.Echo/say", "user", "jason"));
      assertEquals("v1", config.goesTo(ECHO, "/acme.Other/say", "user", "jason"));
      assertEquals("v1", config.goesTo(ECHO, "/acme.Echo/say", "user", "mary"));
      assertEquals("v2", config.goesTo(ECHO, "/acme.Other/say", "env", "gray"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void withoutHeadersMeansThatNoneIsThere(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("match-without-headers", shape)) {
      assertEquals("v2", config.goesTo(ECHO, "/s/m"));
      assertEquals("v1", config.goesTo(ECHO, "/s/m", "x-skip", "yes"));
      assertEquals("v2", config.goesTo(ECHO, "/s/m", "x-skip", "no"));
      assertEquals("v1", config.goesTo(ECHO, "/s/m", "x-no", "anything"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void weightsAreShares(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("weights-90-10", shape)) {
      assertEquals(Map.of("v1", 90, "v2", 10), shares(config, ECHO));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void rewritesChangePathAndAuthority(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("rewrite", shape)) {
      assertRewritten(config, "/old/m", "/new/m", ECHO);
      assertRewritten(config, "/one", "/two", "other.demo");
      assertRewritten(config, "/s/m", "/s/m", "echo.internal");
    }
  }

  private static void assertRewritten(
      IstioConfig config, String path, String newPath, String authority) {
    Head head = Head.of(path);
    var sent = config.choice(head).upstream(head);
    assertEquals(newPath, sent.path());
    assertEquals(authority, sent.authority());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void timeoutIsThatOfTheRule(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("timeout", shape)) {
      for (String type : Set.of("application/grpc", "application/x-bolt")) {
        Head fast = Head.of("/fast/m", "content-type", type);
        assertEquals(500, config.choice(fast).timeoutMillis(fast));
        Head slow = Head.of("/slow/m", "content-type", type);
        assertEquals(0, config.choice(slow).timeoutMillis(slow));
      }
    }
  }

  @Test
  void callersTimeoutIsCappedByTheRule() throws Exception {
    try (IstioConfig config = IstioConfig.of("timeout", "sidecar")) {
      Head shorter = Head.of("/fast/m", "content-type", "application/grpc", "grpc-timeout", "200m");
      assertEquals(200, config.choice(shorter).timeoutMillis(shorter));
      Head longer = Head.of("/fast/m", "content-type", "application/grpc", "grpc-timeout", "2S");
      assertEquals(500, config.choice(longer).timeoutMillis(longer));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void retriesAreThoseOfTheRule(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("retries", shape)) {
      RetryPolicy a = retries(config, "/a");
      assertEquals(3, a.numRetries());
      assertEquals(Duration.ofSeconds(2), a.perTryTimeout());
      assertTrue(a.retryOn().containsAll(Set.of("5xx", "gateway-error", "reset")));
      RetryPolicy b = retries(config, "/b");
      assertEquals(Set.of(503), b.retriableStatusCodes());
      assertEquals(2, b.priorityUpdateFrequency());
      RetryPolicy c = retries(config, "/c");
      assertEquals(5, c.numRetries());
      assertEquals(Duration.ofMillis(100), c.backOffBase());
      assertFalse(c.previousHosts());
      RetryPolicy rest = retries(config, "/s/m");
      assertEquals(2, rest.numRetries());
      assertTrue(rest.previousHosts());
      assertEquals(5, rest.hostSelectionAttempts());
    }
  }

  private static RetryPolicy retries(IstioConfig config, String path) {
    RetryPolicy policy = config.choice(Head.of(path)).retryPolicy();
    assertNotNull(policy, path);
    return policy;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void mirrorsAndFaultsLeaveTheRouteAsItIs(String shape) throws Exception {
    try (IstioConfig mirror = IstioConfig.of("mirror", shape);
        IstioConfig fault = IstioConfig.of("fault-abort", shape)) {
      assertEquals("v1", mirror.goesTo(ECHO, "/s/m", "m", "all"));
      assertEquals("v1", mirror.goesTo(ECHO, "/s/m"));
      assertEquals("v1", fault.goesTo(ECHO, "/s/m", "user", "b"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void rulesWithoutADefaultLeaveTheRestWithoutRoute(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("no-fallthrough", shape)) {
      assertEquals("v2", config.goesTo(ECHO, "/s/m", "canary", "1"));
      Status none = failure(config.explain(ECHO, "/s/m", 0));
      assertEquals(Status.Code.UNIMPLEMENTED, none.code());
      assertEquals(ResponseFlag.NR, none.flag());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void undefinedSubsetFailsOnlyTheCallsThatChooseIt(String shape) throws Exception {
    try (IstioConfig undefined = IstioConfig.of("subset-undefined", shape);
        IstioConfig empty = IstioConfig.of("subset-empty", shape)) {
      Explanation call = undefined.explain(ECHO, "/s/m", 0);
      assertEquals("outbound|8080|v9|" + IstioConfig.ECHO, call.cluster());
      assertEquals(ResponseFlag.NC, failure(call).flag());
      assertEquals(Status.Code.UNAVAILABLE, failure(call).code());
      assertEquals("v2", empty.goesTo(ECHO, "/s/m"));
      assertEquals(ResponseFlag.UH, failure(empty.explain(ECHO, "/s/m", 0)).flag());
    }
  }

  @Test
  void registryOnlyAnswersStrangers502() throws Exception {
    try (IstioConfig config = IstioConfig.of("sidecar-registry-only", "sidecar")) {
      assertEquals(IstioConfig.ECHO, config.goesTo(ECHO, "/s/m"));
      assertEquals(IstioConfig.ECHO, config.goesTo("echo.demo:8080", "/s/m"));
      Explanation stranger = config.explain("stranger.example.com:8080", "/s/m", 0);
      assertEquals("block_all", stranger.virtualHost());
      assertNull(stranger.cluster());
      assertEquals(Status.Code.UNAVAILABLE, failure(stranger).code());
      assertTrue(failure(stranger).message().contains("502"), failure(stranger).message());
    }
  }

  @Test
  void allowAnyPassesStrangersThrough() throws Exception {
    try (IstioConfig config = IstioConfig.of("subsets", "sidecar")) {
      Explanation stranger = config.explain("stranger.example.com:8080", "/s/m", 0);
      assertEquals("allow_any", stranger.virtualHost());
      assertEquals("PassthroughCluster", stranger.cluster());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void rulesMayAnswerThemselves(String shape) throws Exception {
    try (IstioConfig direct = IstioConfig.of("direct-response", shape);
        IstioConfig redirect = IstioConfig.of("redirect", shape)) {
      Status closed = failure(direct.explain(ECHO, "/a/m", 0));
      assertEquals(Status.Code.UNAVAILABLE, closed.code());
      assertTrue(closed.message().contains("closed"), closed.message());
      assertEquals(Status.Code.UNIMPLEMENTED, failure(direct.explain(ECHO, "/b/m", 0)).code());
      assertEquals("v1", direct.goesTo(ECHO, "/s/m"));
      Head c = Head.of("/c");
      assertEquals("https://other.demo:8443/c", redirect.choice(c).location(c));
      assertTrue(failure(redirect.explain(ECHO, "/a", 0)).message().contains("/b"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void servicesOnOnePortStayApart(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("two-services-one-port", shape)) {
      String greet = "greet.demo.svc.cluster.local";
      assertEquals(greet, config.goesTo(greet + ":8080", "/s/m"));
      assertEquals(IstioConfig.ECHO, config.goesTo(ECHO, "/s/m"));
    }
  }

  @Test
  void virtualAddressIsOneMoreDomain() throws Exception {
    try (IstioConfig config = IstioConfig.of("vip-grpc", "sidecar")) {
      assertEquals(IstioConfig.ECHO, config.goesTo("10.96.0.10:8080", "/s/m"));
      assertEquals("PassthroughCluster", config.goesTo("10.96.0.11:8080", "/s/m"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void boltOnAnHttpPortIsRoutedByItsHeaders(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("bolt-http", shape)) {
      assertEquals("v2", config.goesTo(BOLT, "/s/m", "sofa_head_method_name", "sayHello"));
      assertEquals("v1", config.goesTo(BOLT, "/s/m", "sofa_head_method_name", "sayBye"));
    }
  }

  @Test
  void boltOnATcpPortGoesWhereItsConnectionsGo() throws Exception {
    try (IstioConfig config = IstioConfig.of("bolt-tcp", "sidecar");
        IstioConfig weights = IstioConfig.of("tcp-routes-weights", "sidecar")) {
      for (String name : Set.of(IstioConfig.ECHO, "echo.demo", "echo", "10.96.0.12")) {
        Explanation call = config.explain(name + ":12200", "/s/m", 0);
        assertEquals("10.96.0.12_12200", call.listener(), name);
        assertEquals("outbound|12200||" + IstioConfig.ECHO, call.cluster());
      }
      assertNull(config.explain("ech:12200", "/s/m", 0).listener());
      assertEquals(Map.of("v1", 80, "v2", 20), shares(weights, BOLT));
    }
  }

  @Test
  void boltOnASniffedPortIsRouted() throws Exception {
    try (IstioConfig config = IstioConfig.of("bolt-auto", "sidecar")) {
      for (String name : Set.of(IstioConfig.ECHO, "echo.demo", "10.96.0.12")) {
        Explanation call = config.explain(name + ":12200", "/s/m", 0);
        assertEquals("10.96.0.12_12200", call.listener(), name);
        assertEquals(BOLT, call.routeConfiguration());
        assertEquals("outbound|12200||" + IstioConfig.ECHO, call.cluster());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void interfaceNameIsAHostThoughIstioLosesItsCaseInTheRoute(String shape) throws Exception {
    try (IstioConfig config = IstioConfig.of("interface-host", shape)) {
      String host = "com.acme.echo.EchoService";
      Explanation call = config.explain(host + ":12200", "/" + host + "/echo", 0);
      assertEquals("com.acme.echo.echoservice:12200", call.virtualHost());
      assertEquals("outbound|12200||com.acme.echo.echoservice", call.cluster());
      assertEquals(ResponseFlag.NC, failure(call).flag()); // as in Envoy: cluster names have a case
    }
  }

  @Test
  void listenersThatReallyBindAreFoundByPortAndAddress() throws Exception {
    try (IstioConfig config = IstioConfig.of("interception-none", "sidecar")) {
      assertEquals("127.0.0.1_8080", config.explain(ECHO, "/s/m", 0).listener());
      assertEquals(IstioConfig.ECHO, config.goesTo(ECHO, "/s/m"));
      String tcp = "t.demo.svc.cluster.local";
      assertEquals(tcp, config.goesTo(tcp + ":9000", "/s/m"));
      assertEquals(tcp, config.goesTo("127.10.0.1:9000", "/s/m"));
    }
  }
}
