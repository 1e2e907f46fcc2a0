package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over real sockets: streams that end, and responses too large to be read. */
@Timeout(120)
class CarelessControlPlaneTest {
  private static final String TARGET = "echo.test:80";
  private static final int LIMIT = 64 << 10;

  private final SimpleCache<String> cache = new SimpleCache<>(node -> "all");
  private final AtomicInteger streams = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();
  private int backend;

  @TempDir private Path folder;

  /** The service. */
  public interface Echo {
    StringValue echo(StringValue text);
  }

  private final class Streams implements DiscoveryServerCallbacks {
    @Override
    public void onStreamOpen(long stream, String type) {
      streams.incrementAndGet();
    }

    @Override
    public void onV3StreamRequest(long stream, DiscoveryRequest request) {}

    @Override
    public void onV3StreamDeltaRequest(long stream, DeltaDiscoveryRequest request) {}
  }

  @BeforeEach
  void start() {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    server.export(Echo.class, text -> text, ServiceOptions.DEFAULT);
    open.add(server);
    backend = server.start().port();
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private void publish(String version, int clusters) {
    Map<String, int[]> all = new java.util.TreeMap<>();
    all.put("home", new int[] {backend});
    for (int i = 1; i < clusters; i++) {
      all.put("cluster-of-a-rather-long-name-" + i, new int[] {1});
    }
    String route = "{\"match\": {\"prefix\": \"/\"}, \"route\": {\"cluster\": \"home\"}}";
    Snapshot snapshot =
        XdsResourcesText.snapshot(
            version,
            List.of(XdsResourcesText.apiListener(TARGET)),
            XdsResourcesText.routes(route),
            all);
    cache.setSnapshot("all", snapshot);
  }

  private Duomesh mesh(NettyServerBuilder controlPlane) throws Exception {
    V3DiscoveryServer discovery = new V3DiscoveryServer(new Streams(), cache);
    Server server =
        controlPlane.addService(discovery.getAggregatedDiscoveryServiceImpl()).build().start();
    open.add(server::shutdownNow);
    Duomesh mesh =
        Duomesh.builder()
            .set("duomesh.xds.server", "127.0.0.1:" + server.getPort())
            .set("duomesh.xds.node.id", "sidecar~127.0.0.1~front.test~test.svc.cluster.local")
            .set("duomesh.xds.stream", "sidecar-sotw")
            .set("duomesh.xds.max-message-size", String.valueOf(LIMIT))
            .set("duomesh.xds.cache-dir", folder.toString())
            .set("duomesh.client.timeout", "30s")
            .build();
    open.add(mesh);
    return mesh.start();
  }

  private static NettyServerBuilder anyPort() {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
  }

  private static void assertAnswers(Echo echo) {
    assertEquals("hi", echo.echo(StringValue.of("hi")).getValue());
  }

  /** Istio ends every connection after half an hour. */
  @Test
  void connectionThatIsEndedByAgeIsReplacedWithoutTrouble() throws Exception {
    publish("1", 2);
    Duomesh mesh =
        mesh(
            anyPort()
                .maxConnectionAge(2, TimeUnit.SECONDS)
                .maxConnectionAgeGrace(1, TimeUnit.SECONDS));
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    assertAnswers(echo);
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> streams.get() >= 2);
    assertAnswers(echo);
    assertNull(mesh.state().trouble());
    String before = mesh.state().snapshotVersion();
    publish("2", 3);
    Awaitility.await().until(() -> !mesh.state().snapshotVersion().equals(before));
  }

  @Test
  void responseBeyondTheLimitEndsTheStreamAndNothingElse() throws Exception {
    publish("1", 2);
    Duomesh mesh = mesh(anyPort());
    Echo echo = mesh.client(Echo.class, "xds:///" + TARGET);
    assertAnswers(echo);
    publish("2", 2_000);
    Awaitility.await().until(() -> mesh.state().trouble() != null);
    String said = mesh.state().trouble().message();
    assertNotNull(said);
    assertTrue(said.contains(String.valueOf(LIMIT)), said);
    assertAnswers(echo);
    publish("3", 2);
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> mesh.state().trouble() == null);
    assertAnswers(echo);
  }
}
