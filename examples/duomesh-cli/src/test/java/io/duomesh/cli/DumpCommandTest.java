package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.controlplane.cache.NodeGroup;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.ResourceError;
import io.envoyproxy.envoy.service.discovery.v3.ResourceName;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What control planes send, resource by resource. */
@Timeout(60)
class DumpCommandTest {
  private static final String NODE = "sidecar~127.0.0.1~client.demo~demo.svc.cluster.local";

  private final SimpleCache<String> cache =
      new SimpleCache<>(
          new NodeGroup<>() {
            @Override
            public String hash(Node node) {
              return node.getId();
            }
          });
  private Server server;

  @BeforeEach
  void start() throws Exception {
    start(new V3DiscoveryServer(cache).getAggregatedDiscoveryServiceImpl());
  }

  private void start(BindableService controlPlane) throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(controlPlane)
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private static Cluster.Builder cluster(String name) {
    return Cluster.newBuilder()
        .setName(name)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(
            Cluster.EdsClusterConfig.newBuilder()
                .setEdsConfig(
                    ConfigSource.newBuilder().setAds(AggregatedConfigSource.getDefaultInstance())));
  }

  private Run dump(String node, String... options) {
    String[] words = new String[5 + options.length];
    words[0] = "dump";
    words[1] = "--server";
    words[2] = "127.0.0.1:" + server.getPort();
    words[3] = "--node";
    words[4] = node;
    System.arraycopy(options, 0, words, 5, options.length);
    return Run.of(words);
  }

  private static Map<String, JsonObject> byName(Run run) {
    assertEquals(0, run.exit(), run.err());
    Map<String, JsonObject> byName = new HashMap<>();
    run.out()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .forEach(
            json ->
                byName.put(
                    json.get("type").getAsString().replaceAll(".*\\.", "")
                        + " "
                        + json.get("name").getAsString(),
                    json));
    return byName;
  }

  private void serve(String node) {
    cache.setSnapshot(
        node,
        Snapshot.create(
            List.of(
                cluster("orders").build(),
                cluster("refused").setConnectTimeout(Duration.newBuilder().setSeconds(-1)).build(),
                cluster("statistics").setAltStatName("s").build()),
            List.of(
                ClusterLoadAssignment.newBuilder().setClusterName("orders").build(),
                ClusterLoadAssignment.newBuilder().setClusterName("statistics").build()),
            List.of(listener("10.0.0.1_80")), // it says nothing at all of a type that it has not
            List.of(),
            List.of(),
            "1"));
  }

  private static Listener listener(String name) {
    TcpProxy proxy = TcpProxy.newBuilder().setStatPrefix(name).setCluster("orders").build();
    return Listener.newBuilder()
        .setName(name)
        .setAddress(
            Address.newBuilder()
                .setSocketAddress(
                    SocketAddress.newBuilder().setAddress("10.0.0.1").setPortValue(80)))
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(
                    Filter.newBuilder()
                        .setName("envoy.filters.network.tcp_proxy")
                        .setTypedConfig(Any.pack(proxy))))
        .build();
  }

  @Test
  void eachResourceHasItsVerdict() {
    for (String node : List.of(NODE, "plain-node")) {
      serve(node);
      Map<String, JsonObject> resources = byName(dump(node));
      assertEquals("used", resources.get("Cluster orders").get("verdict").getAsString());
      assertEquals("", resources.get("Cluster orders").get("reason").getAsString());
      assertEquals("used", resources.get("Listener 10.0.0.1_80").get("verdict").getAsString());
      assertEquals(
          "used", resources.get("ClusterLoadAssignment orders").get("verdict").getAsString());
      JsonObject refused = resources.get("Cluster refused");
      assertEquals("refused", refused.get("verdict").getAsString());
      assertTrue(
          refused.get("reason").getAsString().contains("connect_timeout"), refused::toString);
      JsonObject partly = resources.get("Cluster statistics");
      assertEquals("used", partly.get("verdict").getAsString());
      assertTrue(partly.get("reason").getAsString().contains("alt_stat_name"), partly::toString);
    }
  }

  @Test
  void aControlPlaneThatSaysNothingIsNamed() {
    Run run = dump(NODE, "--timeout", "500ms");
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("127.0.0.1:" + server.getPort()), run.err());
    assertTrue(run.err().contains(NODE), run.err());
  }

  @Test
  void anAbsentControlPlaneIsSaidAtOnce() {
    int port = server.getPort();
    stop();
    long before = System.nanoTime();
    Run run = Run.of("dump", "--server", "127.0.0.1:" + port, "--node", NODE, "--timeout", "50s");
    assertTrue(System.nanoTime() - before < 40_000_000_000L, "it must not wait for the time given");
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("nothing listens there"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void aControlPlaneWithoutTlsIsSaidAtOnce() {
    Run run = dump(NODE, "--tls", "--timeout", "50s");
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("does not speak TLS"), run.err());
  }

  private static ResourceError error(String name) {
    return ResourceError.newBuilder()
        .setResourceName(ResourceName.newBuilder().setName(name))
        .setErrorDetail(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.NOT_FOUND.value())
                .setMessage("no such resource"))
        .build();
  }

  /** A control plane that has nothing, and says so. */
  private static final class Empty
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(DiscoveryRequest request) {
          if (request.getResponseNonce().isEmpty()) {
            DiscoveryResponse.Builder answer =
                DiscoveryResponse.newBuilder()
                    .setTypeUrl(request.getTypeUrl())
                    .setVersionInfo("1")
                    .setNonce("1");
            request.getResourceNamesList().forEach(name -> answer.addResourceErrors(error(name)));
            answers.onNext(answer.build());
          }
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  @Test
  void aListenerThatIsNotThereIsNamed() throws Exception {
    stop();
    start(new Empty());
    Run run = dump(NODE, "--target", "nobody:80", "--timeout", "50s");
    assertEquals(0, run.exit());
    assertEquals("", run.out());
    assertTrue(run.err().contains("no listener nobody:80"), run.err());
  }

  @Test
  void aWrongCommandLineSaysWhatIsExpected() {
    Run run = Run.of("dump", "--server", "127.0.0.1:1");
    assertEquals(2, run.exit());
    assertTrue(run.err().startsWith("dump: --node is needed"), run.err());
    Run metadata = dump(NODE, "--metadata", "[1]");
    assertEquals(2, metadata.exit());
    assertTrue(metadata.err().contains("expected: a JSON object"), metadata.err());
    Run broken = dump(NODE, "--metadata", "{\"NAMESPACE\": ");
    assertEquals(2, broken.exit());
    assertTrue(broken.err().startsWith("dump: --metadata: {"), broken.err());
    Run nobody = dump("");
    assertEquals(2, nobody.exit());
    assertTrue(nobody.err().startsWith("dump: --node is empty"), nobody.err());
  }
}
