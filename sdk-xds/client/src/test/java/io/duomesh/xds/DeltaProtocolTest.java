package io.duomesh.xds;

import static io.duomesh.xds.Fixtures.badCluster;
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
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Status;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The rules of the incremental protocol, by the numbers of the checklist in {@code docs/xds.md}.
 */
final class DeltaProtocolTest {
  private static final Duration FETCH = AdsClient.FETCH_TIMEOUT;

  /** Brings a client to its first snapshot: a listener, its routes, a cluster and its endpoints. */
  private static Harness serving() {
    Harness harness = Harness.sidecarDelta();
    harness.send(CLUSTER, cluster("a"));
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "80"));
    harness.send(ENDPOINTS, endpoints("a", 1));
    harness.send(ROUTES, routes("80", "a"));
    harness.deltas();
    return harness;
  }

  @Test
  void d1FirstRequestPerTypeHasNodeAndNamesButNoNonceAndNoVersions() {
    Harness harness = Harness.sidecarDelta();
    for (ResourceType type : List.of(CLUSTER, LISTENER)) {
      DeltaDiscoveryRequest request = harness.delta();
      assertEquals(type.typeUrl(), request.getTypeUrl());
      assertEquals("me", request.getNode().getId());
      assertEquals(List.of("*"), request.getResourceNamesSubscribeList());
      assertEquals("", request.getResponseNonce());
      assertEquals(Map.of(), request.getInitialResourceVersionsMap());
    }
    harness.assertSilent();
    assertEquals("DeltaAggregatedResources", harness.stream().method());
  }

  @Test
  void d1ReconnectTellsTheVersionsHeld() {
    Harness harness = serving();
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    harness.advance(Duration.ofSeconds(1));
    harness.nextStream();
    List<DeltaDiscoveryRequest> first = harness.deltas();
    assertEquals(4, first.size());
    assertEquals(Map.of("a", "v1"), first.get(0).getInitialResourceVersionsMap());
    assertEquals(List.of("a"), first.get(1).getResourceNamesSubscribeList());
    assertEquals(Map.of("a", "v1"), first.get(1).getInitialResourceVersionsMap());
  }

  @Test
  void d2NodeIsOnEveryRequest() {
    Harness harness = Harness.sidecarDelta();
    harness.send(CLUSTER, cluster("a"));
    harness.deltas().forEach(request -> assertEquals("me", request.getNode().getId()));
  }

  @Test
  void d3LaterRequestsCarryOnlyDifferencesAndNoNonce() {
    Harness harness = serving();
    String nonce = harness.send(CLUSTER, cluster("b"));
    List<DeltaDiscoveryRequest> requests = harness.deltas();
    assertEquals(nonce, requests.get(0).getResponseNonce());
    DeltaDiscoveryRequest subscription = requests.get(1);
    assertEquals(ENDPOINTS.typeUrl(), subscription.getTypeUrl());
    assertEquals(List.of("b"), subscription.getResourceNamesSubscribeList());
    assertEquals("", subscription.getResponseNonce());
    assertEquals(2, requests.size());
  }

  @Test
  void d4EveryResponseIsAnsweredOnceInOrder() {
    Harness harness = serving();
    for (int i = 0; i < 100; i++) {
      ResourceType type = i % 2 == 0 ? CLUSTER : ENDPOINTS;
      String nonce = harness.send(type, i % 2 == 0 ? cluster("a") : endpoints("a", i));
      DeltaDiscoveryRequest ack = harness.delta();
      assertEquals(nonce, ack.getResponseNonce());
      assertEquals(type.typeUrl(), ack.getTypeUrl());
      assertFalse(ack.hasErrorDetail());
    }
    harness.assertSilent();
  }

  @Test
  void d4RefusalNamesResourceAndReasonAndGoodOnesApply() {
    Harness harness = serving();
    String nonce = harness.send(CLUSTER, badCluster("a"), cluster("b"));
    DeltaDiscoveryRequest nack = harness.delta();
    assertEquals(nonce, nack.getResponseNonce());
    assertEquals(3, nack.getErrorDetail().getCode());
    assertTrue(
        nack.getErrorDetail().getMessage().startsWith("cluster a: lb_policy CLUSTER_PROVIDED"),
        nack.getErrorDetail().getMessage());
    harness.send(ENDPOINTS, endpoints("b", 2));
    assertEquals(java.util.Set.of("a", "b"), harness.latest().clusters().keySet());
  }

  @Test
  void d5AcksCarryNoSubscriptions() {
    Harness harness = Harness.sidecarDelta();
    harness.deltas();
    harness.send(CLUSTER, cluster("a"), cluster("b"));
    DeltaDiscoveryRequest ack = harness.delta();
    assertFalse(ack.getResponseNonce().isEmpty());
    assertEquals(0, ack.getResourceNamesSubscribeCount());
    assertEquals(List.of("a", "b"), harness.delta().getResourceNamesSubscribeList());
  }

  @Test
  void d7ResourcesThatAResponseDoesNotMentionAreKept() {
    Harness harness = serving();
    harness.send(CLUSTER, cluster("b"));
    harness.send(ENDPOINTS, endpoints("b", 2));
    assertEquals(java.util.Set.of("a", "b"), harness.latest().clusters().keySet());
  }

  @Test
  void d8RemovedNamesGoAndUnknownOnesAreIgnored() {
    Harness harness = serving();
    harness.send(LISTENER, "v2", List.of("0.0.0.0_80", "never-seen"));
    assertFalse(harness.delta().hasErrorDetail());
    assertEquals(Map.of(), harness.latest().listeners());
  }

  @Test
  void d8NameThatIsSentAndRemovedIsRefused() {
    Harness harness = serving();
    int before = harness.snapshots.size();
    harness.send(CLUSTER, "v2", List.of("b"), cluster("b"));
    assertTrue(harness.delta().getErrorDetail().getMessage().contains("both sent and removed"));
    assertEquals(before, harness.snapshots.size());
  }

  @Test
  void d9DuplicateNameIsRefused() {
    Harness harness = serving();
    harness.send(CLUSTER, cluster("b"), cluster("b"));
    assertTrue(harness.delta().getErrorDetail().getMessage().contains("duplicate name b"));
  }

  @Test
  void d10ResourceOfAnotherTypeIsRefusedAndUnknownTypeDoesNotEndTheStream() {
    Harness harness = serving();
    Resource wrong = Harness.resource(ENDPOINTS, "v1", endpoints("b", 1));
    harness.stream()
        .respond(
            DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(CLUSTER.typeUrl())
                .setNonce("wrong")
                .addResources(wrong)
                .build());
    harness.run();
    assertTrue(harness.delta().hasErrorDetail());
    harness.stream()
        .respond(
            DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl("type.googleapis.com/some.Thing")
                .setNonce("unknown")
                .build());
    harness.run();
    assertEquals("unknown", harness.delta().getResponseNonce());
    harness.send(ENDPOINTS, endpoints("a", 7));
    assertEquals(
        7, harness.latest().endpoints().get("a").localities().get(0).endpoints().get(0).port());
  }

  @Test
  void d15SameResourceAgainIsNoNewSnapshot() {
    Harness harness = serving();
    int before = harness.snapshots.size();
    harness.send(CLUSTER, "v9", List.of(), cluster("a"));
    harness.send(ENDPOINTS, "v9", List.of(), endpoints("a", 1));
    assertEquals(before, harness.snapshots.size());
  }

  @Test
  void d16NameWithoutAnswerIsGivenUpAfterFifteenSeconds() {
    Harness harness = Harness.sidecarDelta();
    harness.send(CLUSTER, cluster("a"), cluster("mute"));
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "80"));
    harness.send(ROUTES, routes("80", "a", "mute"));
    harness.send(ENDPOINTS, endpoints("a", 1));
    assertEquals(0, harness.snapshots.size());
    harness.advance(FETCH);
    assertEquals(1, harness.snapshots.size());
    assertEquals(java.util.Set.of("a"), harness.latest().endpoints().keySet());
    assertEquals(java.util.Set.of("80"), harness.latest().routeConfigurations().keySet());
  }

  @Test
  void d16NameAnsweredAsRemovedIsNotWaitedFor() {
    Harness harness = Harness.sidecarDelta();
    harness.send(CLUSTER, cluster("a"));
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "80"));
    harness.send(ROUTES, routes("80", "a"));
    harness.send(ENDPOINTS, "", List.of("a"));
    assertEquals(1, harness.snapshots.size());
  }

  @Test
  void d18WhatVanishedDuringAnOutageGoesWhenTheServerSaysSo() {
    Harness harness = serving();
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    harness.advance(Duration.ofSeconds(1));
    harness.nextStream();
    harness.send(LISTENER, "", List.of("0.0.0.0_80"));
    assertEquals(Map.of(), harness.latest().listeners());
  }

  @Test
  void d19WhatAServerThatRepeatsEverythingDoesNotRepeatIsSwept() {
    Harness harness = serving();
    harness.send(LISTENER, listener("0.0.0.0_81", 81, "80"));
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    harness.advance(Duration.ofSeconds(1));
    harness.nextStream();
    harness.send(LISTENER, listener("0.0.0.0_81", 81, "80"));
    assertEquals(2, harness.latest().listeners().size());
    harness.advance(Duration.ofSeconds(2));
    assertEquals(java.util.Set.of("0.0.0.0_81"), harness.latest().listeners().keySet());
  }

  @Test
  void d21StreamThatNeverAnsweredIsRetriedEverLaterAndTheConfigurationStays() {
    Harness harness = serving();
    harness.server.refuseStreams(Status.transport(Status.Code.UNAVAILABLE, "refused"));
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    int snapshots = harness.snapshots.size();
    harness.advance(Duration.ofMinutes(2));
    int tries = harness.troubles.size();
    assertTrue(tries >= 6 && tries <= 12, "tries in two minutes: " + tries);
    String message = harness.troubles.get(tries - 1).message();
    assertTrue(message.contains("ads:15010") && message.contains("node me"), message);
    assertTrue(message.contains("refused") && message.contains("stays in force"), message);
    assertEquals(snapshots, harness.snapshots.size());
    harness.server.refuseStreams(null);
    harness.advance(Duration.ofSeconds(36));
    assertTrue(harness.server.hasStream());
  }

  @Test
  void d22NextMessageIsAskedForOnlyAfterTheLastWasAnswered() {
    Harness harness = Harness.sidecarDelta();
    harness.deltas();
    DeltaDiscoveryResponse response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(CLUSTER.typeUrl())
            .setNonce("1")
            .addResources(Harness.resource(CLUSTER, "", cluster("a")))
            .build();
    harness.stream().respond(response);
    harness.stream().respond(response.toBuilder().setNonce("2").build());
    assertEquals(1, harness.stream().undelivered());
    harness.run();
    assertEquals(0, harness.stream().undelivered());
    List<String> nonces =
        harness.deltas().stream()
            .map(DeltaDiscoveryRequest::getResponseNonce)
            .filter(nonce -> !nonce.isEmpty())
            .toList();
    assertEquals(List.of("1", "2"), nonces);
  }

  @Test
  void d24ClustersAreAskedForFirstAndEndpointsOfAServingClusterStaySubscribed() {
    Harness harness = serving();
    harness.send(CLUSTER, "v2", List.of("a"));
    for (DeltaDiscoveryRequest request : harness.deltas()) {
      assertEquals(0, request.getResourceNamesUnsubscribeCount());
    }
    harness.send(ROUTES, routes("80", "b"));
    List<DeltaDiscoveryRequest> after = harness.deltas();
    assertEquals(List.of("a"), after.get(1).getResourceNamesUnsubscribeList());
  }

  @Test
  void refusalsThatRepeatAreAnsweredEverLater() {
    Harness harness = serving();
    harness.send(CLUSTER, badCluster("a"));
    assertTrue(harness.delta().hasErrorDetail());
    harness.send(CLUSTER, badCluster("a"));
    harness.assertSilent();
    harness.advance(Duration.ofSeconds(1));
    assertTrue(harness.delta().hasErrorDetail());
    harness.send(ENDPOINTS, endpoints("a", 9));
    assertFalse(harness.delta().hasErrorDetail());
  }

  @Test
  void errorsOfTheRuntimeBecomeRefusals() {
    Harness harness = serving();
    harness.errors.put("cluster/a", "no balancer for it");
    harness.send(
        CLUSTER,
        cluster("a").toBuilder()
            .setAltStatName("other")
            .setConnectTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(1))
            .build());
    assertTrue(
        harness.delta().getErrorDetail().getMessage().contains("cluster a: no balancer for it"));
  }

  @Test
  void serverWithoutIncrementalProtocolIsAskedTheOtherWay() {
    Harness harness = Harness.sidecarDelta();
    harness.stream().close(Status.remote(Status.Code.UNIMPLEMENTED, "no such method"));
    harness.advance(Duration.ofSeconds(2));
    harness.nextStream();
    assertEquals("StreamAggregatedResources", harness.stream().method());
    assertNotNull(harness.sotw());
  }

  @Test
  void proxylessNameThatTheServerForgotIsAskedForAgain() {
    Harness harness = Harness.proxylessDelta("late:80");
    assertEquals(List.of("late:80"), harness.delta().getResourceNamesSubscribeList());
    harness.send(LISTENER, "", List.of("late:80"));
    harness.deltas();
    harness.advance(Duration.ofSeconds(30));
    assertEquals(List.of("late:80"), harness.delta().getResourceNamesSubscribeList());
  }

  @Test
  void unchangedPartsAreTheSameObjects() {
    Harness harness = serving();
    var before = harness.latest();
    harness.send(ENDPOINTS, endpoints("a", 5));
    var after = harness.latest();
    assertSame(before.clusters(), after.clusters());
    assertSame(before.routeConfigurations(), after.routeConfigurations());
    assertSame(before.listeners(), after.listeners());
  }
}
