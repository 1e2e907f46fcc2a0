package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.Message;
import io.duomesh.Status;
import io.duomesh.testing.ManualScheduler;
import io.duomesh.testing.ScriptedAdsServer;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.xds.proto.envoy.config.core.v3.Node;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A client, a server that says what the test says, and a clock that the test turns. */
final class Harness implements AdsClient.Listener {
  final ManualScheduler clock = new ManualScheduler();
  final ScriptedAdsServer server = new ScriptedAdsServer();
  final List<TrafficSnapshot> snapshots = new ArrayList<>();
  final List<Status> troubles = new ArrayList<>();
  final Map<String, String> errors = new HashMap<>();
  final AdsClient client;
  ScriptedAdsServer.@Nullable Stream stream;
  private int nonce;

  private Harness(boolean wildcard, boolean incremental, @Nullable Path cache) {
    this(wildcard, incremental, cache, false);
  }

  private Harness(
      boolean wildcard, boolean incremental, @Nullable Path cache, boolean keepsDeleted) {
    XdsBootstrap bootstrap =
        new XdsBootstrap(
            "ads:15010",
            null,
            null,
            "me",
            Node.newBuilder().setId("me").build().toByteString(),
            wildcard,
            incremental,
            "%s",
            ListenerNames.OF_ISTIO_SERVERS,
            keepsDeleted);
    client =
        new AdsClient(
            bootstrap,
            clock,
            new SplittableRandom(1),
            () -> server,
            this,
            cache == null ? null : new XdsCache(cache, "kept.xds", Runnable::run));
  }

  static Harness sidecarDelta() {
    return new Harness(true, true, null).started();
  }

  static Harness sidecarDelta(Path cache) {
    return new Harness(true, true, cache);
  }

  static Harness sidecarDeltaThatKeepsDeleted() {
    return new Harness(true, true, null, true).started();
  }

  static Harness sidecarSotw() {
    return new Harness(true, false, null).started();
  }

  static Harness proxylessSotw(String... targets) {
    Harness harness = new Harness(false, false, null);
    harness.client.demand(java.util.Set.of(targets));
    return harness.started();
  }

  /** Nothing is wanted yet. */
  static Harness proxylessSotw(Path cache) {
    return new Harness(false, false, cache);
  }

  static Harness proxylessDelta(String... targets) {
    Harness harness = new Harness(false, true, null);
    harness.client.demand(java.util.Set.of(targets));
    return harness.started();
  }

  private Harness started() {
    client.start();
    run();
    stream = server.stream();
    return this;
  }

  void run() {
    clock.run();
  }

  void advance(Duration time) {
    clock.advance(time);
  }

  ScriptedAdsServer.Stream stream() {
    return java.util.Objects.requireNonNull(stream);
  }

  /** Takes the stream that the client has opened anew. */
  void nextStream() {
    stream = server.stream();
  }

  DeltaDiscoveryRequest delta() {
    return stream().request(DeltaDiscoveryRequest.class);
  }

  DiscoveryRequest sotw() {
    return stream().request(DiscoveryRequest.class);
  }

  /** Takes all requests that have come. */
  List<DeltaDiscoveryRequest> deltas() {
    List<DeltaDiscoveryRequest> all = new ArrayList<>();
    while (stream().hasRequest()) {
      all.add(delta());
    }
    return all;
  }

  List<DiscoveryRequest> sotws() {
    List<DiscoveryRequest> all = new ArrayList<>();
    while (stream().hasRequest()) {
      all.add(sotw());
    }
    return all;
  }

  void assertSilent() {
    assertFalse(stream().hasRequest(), "an unexpected request");
  }

  /** Sends resources in an incremental response; gives its nonce. */
  String send(ResourceType type, Message... resources) {
    return send(type, "v1", List.of(), resources);
  }

  String send(ResourceType type, String version, List<String> removed, Message... resources) {
    String mine = "n" + ++nonce;
    DeltaDiscoveryResponse.Builder response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setNonce(mine)
            .addAllRemovedResources(removed);
    for (Message resource : resources) {
      response.addResources(resource(type, version, resource));
    }
    stream().respond(response.build());
    run();
    return mine;
  }

  static Resource resource(ResourceType type, String version, Message resource) {
    String name =
        (String)
            resource.getField(resource.getDescriptorForType().findFieldByName(type.nameField()));
    return Resource.newBuilder()
        .setName(name)
        .setVersion(version)
        .setResource(Fixtures.pack(resource))
        .build();
  }

  /** Sends resources in a state-of-the-world response; gives its nonce. */
  String sendAll(ResourceType type, String version, Message... resources) {
    String mine = "n" + ++nonce;
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setNonce(mine)
            .setVersionInfo(version);
    for (Message resource : resources) {
      response.addResources(Fixtures.pack(resource));
    }
    stream().respond(response.build());
    run();
    return mine;
  }

  TrafficSnapshot latest() {
    return snapshots.get(snapshots.size() - 1);
  }

  @Override
  public CompletionStage<Map<String, String>> onSnapshot(TrafficSnapshot snapshot) {
    snapshots.add(snapshot);
    return CompletableFuture.completedFuture(Map.copyOf(errors));
  }

  @Override
  public void onTrouble(Status status, @Nullable Status ended) {
    troubles.add(status);
  }
}
