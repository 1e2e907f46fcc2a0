package io.duomesh.xds;

import static io.duomesh.xds.Fixtures.apiListener;
import static io.duomesh.xds.Fixtures.cluster;
import static io.duomesh.xds.Fixtures.endpoints;
import static io.duomesh.xds.Fixtures.routes;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.duomesh.Channel;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;
import io.duomesh.testing.ScriptedAdsServer;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The source as a runtime meets it: by scheme, over threads of its own, shared in the process. */
final class XdsTrafficSourceTest {
  private static final AtomicInteger NODES = new AtomicInteger();

  private final ScriptedAdsServer server = new ScriptedAdsServer();
  private final Settings settings =
      Settings.of(
          Map.of(
              "duomesh.xds.server",
              "ads:15010",
              "duomesh.xds.node.id",
              "node-" + NODES.incrementAndGet(),
              "duomesh.xds.node.metadata",
              "{\"GENERATOR\": \"grpc\"}",
              "duomesh.xds.cache-dir",
              "off"));
  private final Runtime first = new Runtime("a:80");
  private final Runtime second = new Runtime("b:80");

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  @Test
  void sourcesOfOneControlPlaneAndNodeShareAStreamAndItOutlivesTheFirst() throws Exception {
    TrafficSource one = source();
    one.start(first, first);
    ScriptedAdsServer.Stream stream = server.stream(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    assertEquals(Set.of("a:80"), names(stream));
    TrafficSource two = source();
    two.start(second, second);
    assertEquals(Set.of("a:80", "b:80"), names(stream));
    serve(stream);
    await().until(() -> first.has("a:80", "b:80") && second.has("a:80", "b:80"));
    assertFalse(server.hasStream());

    one.close();
    await().until(stream::isClosed);
    ScriptedAdsServer.Stream next = server.stream(5, TimeUnit.SECONDS);
    assertNotNull(next);
    two.close();
    await().until(next::isClosed);
  }

  @Test
  void whoComesLaterIsToldTheLatestSnapshotAndTrouble() throws Exception {
    TrafficSource one = source();
    TrafficSource two = source();
    server.refuseStreams(Status.transport(Status.Code.UNAVAILABLE, "connection refused"));
    one.start(first, first);
    await().until(() -> first.trouble != null);
    two.start(second, second);
    await().until(() -> second.trouble != null);
    assertTrue(second.trouble.message().contains("connection refused"), second.trouble.message());
    assertTrue(one.description().contains("ads:15010"), one.description());
    one.close();
    two.close();
  }

  @Test
  void addressOfTheServerIsAskedForOnceItIsKnown() throws Exception {
    TrafficSource one = source();
    one.start(first, first);
    ScriptedAdsServer.Stream stream = server.stream(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    assertEquals(Set.of("a:80"), names(stream));
    first.listen("0.0.0.0:12200");
    assertEquals(Set.of("a:80", "xds.istio.io/grpc/lds/inbound/0.0.0.0:12200"), names(stream));
    one.close();
  }

  private TrafficSource source() {
    for (TrafficSourceProvider provider : ServiceLoader.load(TrafficSourceProvider.class)) {
      if (provider.scheme().equals("xds")) {
        return provider.create(settings);
      }
    }
    throw new AssertionError("no provider of the scheme xds");
  }

  private static Set<String> names(ScriptedAdsServer.Stream stream) throws Exception {
    DiscoveryRequest request = (DiscoveryRequest) stream.request(5, TimeUnit.SECONDS);
    assertNotNull(request);
    return Set.copyOf(request.getResourceNamesList());
  }

  private static void serve(ScriptedAdsServer.Stream stream) {
    send(stream, ResourceType.LISTENER, apiListener("a:80", "r"), apiListener("b:80", "r"));
    send(stream, ResourceType.ROUTES, routes("r", "c"));
    send(stream, ResourceType.CLUSTER, cluster("c"));
    send(stream, ResourceType.ENDPOINTS, endpoints("c", 1));
  }

  private static void send(ScriptedAdsServer.Stream stream, ResourceType type, Message... all) {
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setVersionInfo("1")
            .setNonce(type.name());
    for (Message message : all) {
      response.addResources(Fixtures.pack(message));
    }
    stream.respond(response.build());
  }

  /** What a runtime lends a source, and what it hears from it. */
  private final class Runtime implements TrafficSource.Context, TrafficSource.Watcher {
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final String target;
    private volatile TrafficSnapshot snapshot = TrafficSnapshot.EMPTY;
    private volatile @Nullable Status trouble;
    private volatile @Nullable String listeningAddress;
    private volatile Runnable changed = () -> {};

    Runtime(String target) {
      this.target = target;
    }

    boolean has(String... listeners) {
      return snapshot.listeners().keySet().equals(Set.of(listeners));
    }

    void close() {
      scheduler.shutdownNow();
    }

    @Override
    public Channel channel(String address, @Nullable TlsPolicy tls) {
      return server;
    }

    @Override
    public ScheduledExecutorService scheduler() {
      return scheduler;
    }

    @Override
    public Settings settings() {
      return settings;
    }

    @Override
    public Set<String> demand() {
      return Set.of(target);
    }

    void listen(String address) {
      listeningAddress = address;
      changed.run();
    }

    @Override
    public @Nullable String listeningAddress() {
      return listeningAddress;
    }

    @Override
    public void onDemand(Runnable newChanged) {
      changed = newChanged;
    }

    @Override
    public Map<String, String> onSnapshot(TrafficSnapshot newSnapshot) {
      snapshot = newSnapshot;
      return Map.of();
    }

    @Override
    public void onTrouble(Status status) {
      trouble = status;
    }
  }
}
