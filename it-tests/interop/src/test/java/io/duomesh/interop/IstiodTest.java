package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.RpcContext;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Istio's control plane, live: YAML in, calls over both protocols out, in both shapes. */
class IstiodTest {
  private static final String ECHO = "xds:///echo.demo.svc.cluster.local:8080";
  private static final String BOLT = "xds:///bolt.demo.svc.cluster.local:12200";
  private static final String NOTHING = service("other", 9999, "GRPC", List.of("v1 1"), 1, 0);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final ConcurrentMap<String, AtomicInteger> served = new ConcurrentHashMap<>();
  private final AtomicBoolean calling = new AtomicBoolean(true);
  private final AtomicInteger calls = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;

  /** What is called. */
  public interface Greeter {
    String greet();
  }

  @BeforeEach
  void findIstiod() {
    Assumptions.assumeTrue(
        IstiodProcess.find() != null,
        "left out: no istiod-file (set ISTIOD_FILE or put istiod-file on the PATH)");
  }

  @AfterEach
  void close() throws Exception {
    calling.set(false);
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private IstiodProcess istiod(String yaml) throws Exception {
    IstiodProcess istiod = IstiodProcess.start(IstiodProcess.find(), folder, yaml);
    open.add(istiod);
    return istiod;
  }

  private Duomesh server(String name) {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    AtomicInteger count = served.computeIfAbsent(name, n -> new AtomicInteger());
    server.export(
        Greeter.class,
        () -> {
          count.incrementAndGet();
          return name + " " + RpcContext.current().protocol();
        },
        ServiceOptions.DEFAULT);
    open.add(server);
    return server.start();
  }

  private Duomesh client(IstiodProcess istiod, String shape) {
    String generator = shape.equals("proxyless") ? ", \"GENERATOR\": \"grpc\"" : "";
    Duomesh client =
        Duomesh.builder()
            .set("duomesh.xds.server", istiod.address())
            .set("duomesh.xds.node.id", "sidecar~127.0.0.1~client.demo~demo.svc.cluster.local")
            .set("duomesh.xds.node.metadata", metadata("client", "127.0.0.9", generator))
            .set("duomesh.xds.cache-dir", folder.resolve("cache").toString())
            .set("duomesh.client.bolt.demo.svc.cluster.local.protocol", "bolt")
            .set("duomesh.client.timeout", "10s")
            .build();
    open.add(client);
    return client.start();
  }

  private static String metadata(String app, String ip, String more) {
    return """
    {"NAMESPACE": "demo", "ISTIO_VERSION": "1.31.0", "CLUSTER_ID": "Kubernetes",
     "LABELS": {"app": "%s"}, "INSTANCE_IPS": "%s"%s}
    """
        .formatted(app, ip, more);
  }

  /** A service of two subsets; endpoints are a version and a port. */
  private static String service(
      String name, int port, String protocol, List<String> endpoints, int v1, int v2) {
    StringBuilder list = new StringBuilder();
    for (String endpoint : endpoints) {
      String[] parts = endpoint.split(" ");
      list.append("  - {address: 127.0.0.1, ports: {rpc: ")
          .append(parts[1])
          .append("}, labels: {app: echo, version: ")
          .append(parts[0])
          .append("}}\n");
    }
    return """
    ---
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: NAME, namespace: demo}
    spec:
      hosts: [NAME.demo.svc.cluster.local]
      ports: [{number: %d, name: rpc, protocol: %s}]
      resolution: STATIC
      location: MESH_INTERNAL
      endpoints:
    %s---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: NAME, namespace: demo}
    spec:
      host: NAME.demo.svc.cluster.local
      subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: NAME, namespace: demo}
    spec:
      hosts: [NAME.demo.svc.cluster.local]
      http:
      - match: [{headers: {x-version: {exact: v2}}}]
        route: [{destination: {host: NAME.demo.svc.cluster.local, subset: v2}}]
      - route:
        - {destination: {host: NAME.demo.svc.cluster.local, subset: v1}, weight: %d}
        - {destination: {host: NAME.demo.svc.cluster.local, subset: v2}, weight: %d}
    """
        .formatted(port, protocol, list, v1, v2)
        .replace("NAME", name);
  }

  private static String both(List<String> endpoints, int v1, int v2) {
    return service("echo", 8080, "GRPC", endpoints, v1, v2)
        + service("bolt", 12200, "HTTP", endpoints, v1, v2);
  }

  private void keepCalling(Greeter... greeters) {
    for (Greeter greeter : greeters) {
      Thread caller =
          new Thread(
              () -> {
                while (calling.get()) {
                  try {
                    greeter.greet();
                    calls.incrementAndGet();
                  } catch (RuntimeException e) {
                    failures.add(e.toString());
                  }
                }
              });
      open.add(
          () -> {
            calling.set(false);
            caller.join(20_000);
          });
      caller.start();
    }
  }

  private static ConditionFactory soon(String what) {
    return Awaitility.await(what).atMost(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void routesFollowTheYamlWhileCallsRun(String shape) throws Exception {
    Duomesh gone = server("gone");
    String v1 = "v1 " + server("v1").port();
    String v2 = "v2 " + server("v2").port();
    List<String> three = List.of("v1 " + gone.port(), v1, v2);
    IstiodProcess istiod = istiod(both(three, 0, 100));
    Duomesh mesh = client(istiod, shape);
    Greeter echo = mesh.client(Greeter.class, ECHO);
    Greeter bolt = mesh.client(Greeter.class, BOLT);
    assertEquals("v2 triple", echo.greet());
    assertEquals("v2 bolt", bolt.greet());
    keepCalling(echo, bolt);

    istiod.apply(both(three, 100, 0));
    soon("all weight on v1").until(() -> !echo.greet().startsWith("v2"));
    soon("all weight on v1").until(() -> !bolt.greet().startsWith("v2"));
    CallOptions pinned = CallOptions.DEFAULT.withMetadata("x-version", "v2");
    assertEquals("v2 triple", mesh.with(echo, pinned).greet());
    assertEquals("v2 bolt", mesh.with(bolt, pinned).greet());

    istiod.apply(both(List.of(v1, v2), 100, 0));
    AtomicInteger last = served.get("gone");
    soon("no calls to the endpoint removed")
        .until(
            () -> {
              int before = last.get();
              for (int i = 0; i < 200; i++) {
                echo.greet();
                bolt.greet();
              }
              return last.get() == before;
            });
    gone.close();
    for (int i = 0; i < 200; i++) {
      assertEquals("v1 triple", echo.greet());
      assertEquals("v1 bolt", bolt.greet());
    }
    assertEquals(List.of(), List.copyOf(failures));
    assertTrue(calls.get() > 100, "calls: " + calls);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "proxyless"})
  void aServiceMayGoAndComeBack(String shape) throws Exception {
    List<String> endpoints = List.of("v1 " + server("v1").port());
    IstiodProcess istiod = istiod(both(endpoints, 100, 0));
    Duomesh mesh = client(istiod, shape);
    Greeter echo = mesh.client(Greeter.class, ECHO);
    Greeter hasty = mesh.with(echo, CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(1)));
    assertEquals("v1 triple", echo.greet());
    istiod.apply(NOTHING);
    soon("the service to be gone").until(() -> code(hasty) != Status.Code.OK);
    istiod.apply(both(endpoints, 100, 0));
    soon("the service to be back").until(() -> code(hasty) == Status.Code.OK);
    assertEquals("v1 triple", echo.greet());
    assertEquals("v1 bolt", mesh.client(Greeter.class, BOLT).greet());
  }

  private static Status.Code code(Greeter greeter) {
    try {
      greeter.greet();
      return Status.Code.OK;
    } catch (RpcException e) {
      return e.status().code();
    }
  }

  private static String tcpService(String name, String address, int endpoint) {
    return """
    ---
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: NAME, namespace: demo}
    spec:
      hosts: [NAME.demo.svc.cluster.local]
      addresses: [%s]
      ports: [{number: 12200, name: tcp-bolt, protocol: TCP}]
      resolution: STATIC
      location: MESH_INTERNAL
      endpoints: [{address: 127.0.0.1, ports: {tcp-bolt: %d}}]
    """
        .formatted(address, endpoint)
        .replace("NAME", name);
  }

  /** Calls of a TCP service that is sent to another host find it, and the other's their own. */
  @Test
  void tcpServiceIsFoundThoughItsConnectionsGoElsewhere() throws Exception {
    String moved =
        """
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: by-any-name, namespace: demo}
        spec:
          hosts: [moved.demo.svc.cluster.local]
          tcp:
          - match: [{port: 12200}]
            route: [{destination: {host: home.demo.svc.cluster.local}}]
        """;
    IstiodProcess istiod =
        istiod(
            tcpService("moved", "10.96.0.21", server("moved").port())
                + tcpService("home", "10.96.0.22", server("home").port())
                + moved);
    Duomesh mesh = client(istiod, "sidecar");
    for (String name : List.of("moved", "home", "moved")) {
      String target = "xds:///" + name + ".demo.svc.cluster.local:12200";
      assertEquals("home triple", mesh.client(Greeter.class, target).greet(), name);
    }
  }

  @Test
  void serverObeysTheLimitOfItsOwnSide() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String limit =
        """
        ---
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata: {name: limit, namespace: demo}
        spec:
          workloadSelector: {labels: {app: echo}}
          configPatches:
          - applyTo: HTTP_FILTER
            match: {context: SIDECAR_INBOUND, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.filters.http.router}}}}}
            patch:
              operation: INSERT_BEFORE
              value:
                name: envoy.filters.http.local_ratelimit
                typed_config:
                  '@type': type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
                  stat_prefix: listener
          - applyTo: VIRTUAL_HOST
            match: {context: SIDECAR_INBOUND, routeConfiguration: {vhost: {name: "inbound|http|8080"}}}
            patch:
              operation: MERGE
              value:
                typed_per_filter_config:
                  envoy.filters.http.local_ratelimit:
                    '@type': type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
                    stat_prefix: host
                    token_bucket: {max_tokens: 4, tokens_per_fill: 4, fill_interval: 3600s}
                    filter_enabled: {default_value: {numerator: 100}}
                    filter_enforced: {default_value: {numerator: 100}}
        """;
    String yaml = service("echo", 8080, "GRPC", List.of("v1 " + port), 100, 0);
    IstiodProcess istiod = istiod(yaml + limit);
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.xds.server", istiod.address())
            .set("duomesh.xds.node.id", "sidecar~127.0.0.1~echo-v1.demo~demo.svc.cluster.local")
            .set("duomesh.xds.node.metadata", metadata("echo", "127.0.0.1", ""))
            .set("duomesh.xds.cache-dir", folder.resolve("cache").toString())
            .set("duomesh.server.port", String.valueOf(port))
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(Greeter.class, () -> RpcContext.current().protocol(), ServiceOptions.DEFAULT);
    open.add(server);
    server.start();
    for (String protocol : List.of("bolt", "triple")) {
      Duomesh mesh =
          Duomesh.builder()
              .set("duomesh.client.protocol", protocol)
              .set("duomesh.client.timeout", "10s")
              .build();
      open.add(mesh);
      Greeter greeter = mesh.start().client(Greeter.class, "static://127.0.0.1:" + port);
      if (protocol.equals("bolt")) {
        for (int i = 0; i < 4; i++) {
          assertEquals(protocol, greeter.greet());
        }
      }
      RpcException over = assertThrows(RpcException.class, greeter::greet);
      assertEquals(Status.Code.UNAVAILABLE, over.status().code(), over.getMessage());
    }
  }
}
