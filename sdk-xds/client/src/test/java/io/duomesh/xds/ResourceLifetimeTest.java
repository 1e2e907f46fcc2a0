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
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Status;
import io.duomesh.xds.proto.envoy.config.core.v3.ControlPlane;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import io.duomesh.xds.proto.envoy.service.discovery.v3.ResourceError;
import io.duomesh.xds.proto.envoy.service.discovery.v3.ResourceName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * How long resources live and by which names they go, by the numbers of the checklist in {@code
 * docs/xds.md}.
 */
final class ResourceLifetimeTest {
  private static final com.google.protobuf.Duration TTL =
      com.google.protobuf.Duration.newBuilder().setSeconds(10).build();

  private static Harness serving(Harness harness) {
    harness.send(CLUSTER, cluster("a"));
    harness.send(ENDPOINTS, endpoints("a", 1));
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "80"));
    harness.send(ROUTES, routes("80", "a"));
    harness.deltas();
    return harness;
  }

  private static void respond(
      Harness harness, ResourceType type, DeltaDiscoveryResponse.Builder response) {
    harness.stream().respond(response.setTypeUrl(type.typeUrl()).setNonce("x").build());
    harness.run();
  }

  private static ResourceError error(String name, int code, String message) {
    return ResourceError.newBuilder()
        .setResourceName(ResourceName.newBuilder().setName(name))
        .setErrorDetail(
            io.duomesh.xds.proto.google.rpc.Status.newBuilder().setCode(code).setMessage(message))
        .build();
  }

  @Test
  void d6VersionsAreOpaqueAndChangeNothing() {
    Harness harness = serving(Harness.sidecarDelta());
    int before = harness.snapshots.size();
    harness.send(CLUSTER, "not a number \u00e9", List.of(), cluster("a"));
    assertEquals(before, harness.snapshots.size());
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    harness.advance(Duration.ofSeconds(2));
    harness.nextStream();
    DeltaDiscoveryRequest first = harness.delta();
    assertEquals("not a number \u00e9", first.getInitialResourceVersionsMap().get("a"));
  }

  @Test
  void d12AndD13WildcardAndNamesAreNeverMixed() {
    Harness harness = Harness.sidecarDelta();
    for (DeltaDiscoveryRequest request : harness.deltas()) {
      assertEquals(List.of("*"), request.getResourceNamesSubscribeList());
    }
    harness.client.demand(Set.of("named:80"));
    serving(harness);
    harness.client.demand(Set.of());
    for (DeltaDiscoveryRequest request : harness.deltas()) {
      assertFalse(request.getResourceNamesSubscribeList().contains("named:80"));
      assertFalse(request.getResourceNamesUnsubscribeList().contains("*"));
    }
  }

  @Test
  void d14WhatIsDroppedAndWantedAgainIsSubscribedAgain() {
    Harness harness = Harness.proxylessDelta("echo:80");
    harness.send(LISTENER, apiListener("echo:80", "r"));
    harness.deltas();
    harness.client.demand(Set.of());
    harness.client.demand(Set.of("echo:80"));
    List<DeltaDiscoveryRequest> requests =
        harness.deltas().stream()
            .filter(request -> request.getTypeUrl().equals(LISTENER.typeUrl()))
            .toList();
    assertEquals(List.of("echo:80"), requests.get(0).getResourceNamesUnsubscribeList());
    assertEquals(List.of("echo:80"), requests.get(1).getResourceNamesSubscribeList());
  }

  @Test
  void d17ResourceIsFoundByAnAliasAndAnAliasWithoutBodyDoesNotExist() {
    Harness harness = Harness.proxylessDelta("echo:80", "gone:80");
    Resource named =
        Harness.resource(LISTENER, "1", apiListener("real:80", "r")).toBuilder()
            .addAliases("echo:80")
            .build();
    Resource unresolved = Resource.newBuilder().setName("other").addAliases("gone:80").build();
    respond(
        harness,
        LISTENER,
        DeltaDiscoveryResponse.newBuilder().addResources(named).addResources(unresolved));
    harness.send(ROUTES, routes("r"));
    assertEquals(Set.of("echo:80"), harness.latest().listeners().keySet());
  }

  @Test
  void d20ResourceThatIsNotNamedAgainInTimeExpires() {
    Harness harness = serving(Harness.sidecarDelta());
    Resource mortal =
        Harness.resource(ENDPOINTS, "2", endpoints("a", 1)).toBuilder().setTtl(TTL).build();
    respond(harness, ENDPOINTS, DeltaDiscoveryResponse.newBuilder().addResources(mortal));
    harness.advance(Duration.ofSeconds(9));
    int before = harness.snapshots.size();
    Resource heartbeat = Resource.newBuilder().setName("a").setVersion("2").setTtl(TTL).build();
    respond(harness, ENDPOINTS, DeltaDiscoveryResponse.newBuilder().addResources(heartbeat));
    harness.advance(Duration.ofSeconds(9));
    assertEquals(before, harness.snapshots.size());
    assertEquals(Set.of("a"), harness.latest().endpoints().keySet());
    harness.advance(Duration.ofSeconds(2));
    assertEquals(Set.of(), harness.latest().endpoints().keySet());
  }

  @Test
  void d20ResourceThatComesWithoutTimeToLiveLivesForEver() {
    Harness harness = serving(Harness.sidecarDelta());
    Resource mortal =
        Harness.resource(ENDPOINTS, "2", endpoints("a", 1)).toBuilder().setTtl(TTL).build();
    respond(harness, ENDPOINTS, DeltaDiscoveryResponse.newBuilder().addResources(mortal));
    harness.send(ENDPOINTS, endpoints("a", 1));
    harness.advance(Duration.ofSeconds(60));
    assertEquals(Set.of("a"), harness.latest().endpoints().keySet());
  }

  @Test
  void d20HeartbeatsOfTheStateOfTheWorldRemoveNothing() {
    Harness harness = Harness.sidecarSotw();
    harness.sendAll(CLUSTER, "1", cluster("a"), cluster("b"));
    harness.sendAll(ENDPOINTS, "1", endpoints("a", 1), endpoints("b", 2));
    harness.sendAll(LISTENER, "1", listener("0.0.0.0_80", 80, "80"));
    harness.sendAll(ROUTES, "1", routes("80", "a"));
    Resource heartbeat = Resource.newBuilder().setName("a").setTtl(TTL).build();
    harness.stream()
        .respond(
            DiscoveryResponse.newBuilder()
                .setTypeUrl(CLUSTER.typeUrl())
                .setNonce("x")
                .setVersionInfo("1")
                .addResources(Fixtures.pack(heartbeat))
                .build());
    harness.run();
    assertEquals(Set.of("a", "b"), harness.latest().clusters().keySet());
    harness.advance(Duration.ofSeconds(11));
    assertEquals(
        Set.of("b"),
        harness.client.store().all(CLUSTER).stream()
            .map(io.duomesh.xds.Resource::name)
            .collect(java.util.stream.Collectors.toSet()));
  }

  @Test
  void d25ResourceThatIsNotFoundIsNotWaitedForAndTheServersNameIsTold() {
    Harness harness = Harness.proxylessDelta("gone:80");
    respond(
        harness,
        LISTENER,
        DeltaDiscoveryResponse.newBuilder()
            .setControlPlane(ControlPlane.newBuilder().setIdentifier("istiod-7"))
            .addResourceErrors(error("gone:80", 5, "no such listener")));
    assertEquals(1, harness.snapshots.size());
    assertEquals(Set.of(), harness.latest().listeners().keySet());
    harness.server.refuseStreams(Status.transport(Status.Code.UNAVAILABLE, "down"));
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    harness.advance(Duration.ofSeconds(5));
    String told = harness.troubles.get(harness.troubles.size() - 1).message();
    assertTrue(told.contains("(istiod-7)"), told);
  }

  @Test
  void s9DeletedListenersAndClustersStayWhereTheBootstrapSaysSo() {
    Harness harness = serving(Harness.sidecarDeltaThatKeepsDeleted());
    var before = harness.latest();
    harness.send(LISTENER, "2", List.of("0.0.0.0_80"));
    harness.send(CLUSTER, "2", List.of("a"));
    assertSame(before, harness.latest());
    harness.send(CLUSTER, cluster("a"));
    assertSame(before, harness.latest());
  }

  @Test
  void s10ErrorKeepsWhatIsHeldAndEndsTheWaitForWhatIsNot() {
    Harness harness = serving(Harness.sidecarDelta());
    var before = harness.latest();
    respond(
        harness,
        ENDPOINTS,
        DeltaDiscoveryResponse.newBuilder()
            .addResourceErrors(error("a", 14, "registry is not reachable")));
    assertSame(before, harness.latest());
    Harness fresh = Harness.proxylessDelta("echo:80");
    respond(
        fresh,
        LISTENER,
        DeltaDiscoveryResponse.newBuilder().addResourceErrors(error("echo:80", 7, "not yours")));
    assertEquals(1, fresh.snapshots.size());
  }
}
