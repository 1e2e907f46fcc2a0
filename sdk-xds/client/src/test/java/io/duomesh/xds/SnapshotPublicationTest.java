package io.duomesh.xds;

import static io.duomesh.xds.Fixtures.apiListener;
import static io.duomesh.xds.Fixtures.cluster;
import static io.duomesh.xds.Fixtures.endpoints;
import static io.duomesh.xds.Fixtures.listener;
import static io.duomesh.xds.Fixtures.routes;
import static io.duomesh.xds.ResourceType.CLUSTER;
import static io.duomesh.xds.ResourceType.ENDPOINTS;
import static io.duomesh.xds.ResourceType.LISTENER;
import static io.duomesh.xds.ResourceType.ROUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published when, by the numbers of the checklist in {@code docs/xds.md}. */
final class SnapshotPublicationTest {
  @TempDir Path directory;

  private static Harness serving() {
    Harness harness = Harness.sidecarDelta();
    harness.send(CLUSTER, cluster("a"));
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "80"));
    harness.send(ENDPOINTS, endpoints("a", 1));
    assertEquals(0, harness.snapshots.size());
    harness.send(ROUTES, routes("80", "a"));
    assertEquals(1, harness.snapshots.size());
    return harness;
  }

  @Test
  void w2RoutesToAClusterThatWarmsWaitForItsEndpoints() {
    Harness harness = serving();
    harness.send(CLUSTER, cluster("new"));
    harness.send(ROUTES, routes("80", "new"));
    assertEquals(Set.of("a"), harness.latest().clusters().keySet());
    assertEquals("/a", firstPath(harness));
    harness.send(ENDPOINTS, endpoints("new", 2));
    assertEquals("/new", firstPath(harness));
    assertTrue(harness.latest().clusters().containsKey("new"));
  }

  @Test
  void w2WarmingEndsAfterFifteenSeconds() {
    Harness harness = serving();
    harness.send(CLUSTER, cluster("new"));
    harness.send(ROUTES, routes("80", "new"));
    harness.advance(AdsClient.FETCH_TIMEOUT);
    assertEquals("/new", firstPath(harness));
  }

  @Test
  void w2WhatIsCompleteIsNotHeldUpByWhatWarms() {
    Harness harness = serving();
    harness.send(CLUSTER, cluster("new"));
    harness.send(ENDPOINTS, endpoints("a", 7));
    var group = harness.latest().endpoints().get("a").localities().get(0);
    assertEquals(7, group.endpoints().get(0).port());
  }

  @Test
  void w3ListenerWaitsForItsNewRoutes() {
    Harness harness = serving();
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "other"));
    var action = harness.latest().listeners().get("0.0.0.0_80").chains().get(0).action();
    assertEquals(io.duomesh.traffic.Listener.HttpRoutes.named("80"), action);
    harness.send(ROUTES, routes("other", "a"));
    action = harness.latest().listeners().get("0.0.0.0_80").chains().get(0).action();
    assertEquals(io.duomesh.traffic.Listener.HttpRoutes.named("other"), action);
    assertEquals(Set.of("other"), harness.latest().routeConfigurations().keySet());
  }

  @Test
  void w6ClusterThatIsGoneServesAsLongAsARouteNamesIt() {
    Harness harness = serving();
    harness.send(CLUSTER, "", List.of("a"));
    assertTrue(harness.latest().clusters().containsKey("a"));
    assertTrue(harness.latest().endpoints().containsKey("a"));
    harness.send(ENDPOINTS, endpoints("a", 9));
    var group = harness.latest().endpoints().get("a").localities().get(0);
    assertEquals(9, group.endpoints().get(0).port());
    harness.send(ROUTES, routes("80", "b"));
    assertFalse(harness.latest().clusters().containsKey("a"));
    assertFalse(harness.latest().endpoints().containsKey("a"));
  }

  @Test
  void routeToAClusterThatIsNotThereIsPublishedAtOnce() {
    Harness harness = serving();
    harness.send(ROUTES, routes("80", "undefined"));
    assertEquals("/undefined", firstPath(harness));
  }

  @Test
  void w8StartWithoutControlPlaneServesWhatWasKeptAndTheServerThenRules() throws Exception {
    Harness first = serving();
    List<Resource> held = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      held.addAll(first.client.store().all(type));
    }
    new XdsCache(directory, "kept.xds", Runnable::run).save(held);

    Harness second = Harness.sidecarDelta(directory);
    second.server.refuseStreams(Status.transport(Status.Code.UNAVAILABLE, "refused"));
    second.client.start();
    second.run();
    assertEquals(Set.of("a"), second.latest().clusters().keySet());
    assertTrue(second.latest().version().contains("from the disk"), second.latest().version());
    assertFalse(second.troubles.isEmpty());

    second.server.refuseStreams(null);
    second.advance(Duration.ofSeconds(5));
    second.nextStream();
    assertEquals(0, second.deltas().get(0).getInitialResourceVersionsCount());
    second.send(CLUSTER, cluster("a"), cluster("b"));
    second.send(LISTENER, listener("0.0.0.0_81", 81, "80"));
    second.send(ENDPOINTS, endpoints("a", 1), endpoints("b", 2));
    second.send(ROUTES, routes("80", "a"));
    second.advance(AdsClient.FETCH_TIMEOUT);
    assertEquals(Set.of("0.0.0.0_81"), second.latest().listeners().keySet());
    assertFalse(second.latest().version().contains("from the disk"), second.latest().version());
  }

  /** A start without targets keeps nothing, and so does not lose what was kept. */
  @Test
  void w8TargetNamedAfterTheStartFindsWhatWasKept() throws Exception {
    Harness first = Harness.proxylessSotw(directory);
    first.client.demand(Set.of("greeter"));
    first.client.start();
    first.run();
    first.nextStream();
    first.sendAll(LISTENER, "1", apiListener("greeter", "80"));
    first.sendAll(ROUTES, "1", routes("80", "a"));
    first.sendAll(CLUSTER, "1", cluster("a"));
    first.sendAll(ENDPOINTS, "1", endpoints("a", 1));
    first.advance(AdsClient.FETCH_TIMEOUT);

    Harness second = Harness.proxylessSotw(directory);
    second.server.refuseStreams(Status.transport(Status.Code.UNAVAILABLE, "refused"));
    second.client.start();
    second.run();
    second.client.demand(Set.of("greeter"));
    second.run();
    assertEquals(Set.of("greeter"), second.latest().listeners().keySet());
    assertEquals(Set.of("a"), second.latest().clusters().keySet());
  }

  @Test
  void w8DamagedFileIsNotUsed() throws Exception {
    Harness first = serving();
    new XdsCache(directory, "kept.xds", Runnable::run)
        .save(List.copyOf(first.client.store().all(CLUSTER)));
    Path file = directory.resolve("kept.xds");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertFalse(
        new XdsCache(directory, "kept.xds", Runnable::run)
            .load(new ResourceStore(ListenerNames.OWN)));
  }

  private static String firstPath(Harness harness) {
    var route =
        harness.latest().routeConfigurations().get("80").virtualHosts().get(0).routes().get(0);
    return ((io.duomesh.traffic.PathMatcher.Prefix) route.match().path()).value();
  }
}
