package io.duomesh.xds;

import static io.duomesh.xds.Fixtures.apiListener;
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
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Status;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The rules of the state-of-the-world protocol, by the numbers of the checklist in {@code
 * docs/xds.md}.
 */
final class SotwProtocolTest {
  private static final String TARGET = "echo:80";

  /** A gRPC-like client that has its listener, routes, cluster and endpoints. */
  private static Harness serving() {
    Harness harness = Harness.proxylessSotw(TARGET);
    harness.sendAll(LISTENER, "l1", apiListener(TARGET, "r"));
    harness.sendAll(ROUTES, "r1", routes("r", "a"));
    harness.sendAll(CLUSTER, "c1", cluster("a"));
    harness.sendAll(ENDPOINTS, "e1", endpoints("a", 1));
    assertEquals(1, harness.snapshots.size());
    harness.sotws();
    return harness;
  }

  @Test
  void s1EveryRequestCarriesAllNamesAndTheVersionLastAccepted() {
    Harness harness = serving();
    harness.client.demand(Set.of(TARGET, "other:80"));
    DiscoveryRequest request = harness.sotw();
    assertEquals(LISTENER.typeUrl(), request.getTypeUrl());
    assertEquals(Set.of(TARGET, "other:80"), Set.copyOf(request.getResourceNamesList()));
    assertEquals("l1", request.getVersionInfo());
    assertEquals("n1", request.getResponseNonce());
  }

  @Test
  void s1VersionsOutliveStreamsAndNoncesDoNot() {
    Harness harness = serving();
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    harness.advance(Duration.ofSeconds(1));
    harness.nextStream();
    DiscoveryRequest request = harness.sotws().get(0);
    assertEquals(CLUSTER.typeUrl(), request.getTypeUrl());
    assertEquals("c1", request.getVersionInfo());
    assertEquals("", request.getResponseNonce());
  }

  /** java-control-plane takes no names for everything, and sends nothing twice of one version. */
  @Test
  void s1TypeOfWhichNothingIsWantedIsAskedForAnewWhenItIs() {
    Harness harness = serving();
    harness.sendAll(ROUTES, "r2", routes("r", "b"));
    harness.sendAll(CLUSTER, "c2", cluster("b"));
    harness.sendAll(ENDPOINTS, "e2", endpoints("b", 1));
    harness.sendAll(ROUTES, "r3", routes("r"));
    harness.advance(AdsClient.FETCH_TIMEOUT);
    List<DiscoveryRequest> sent = harness.sotws();
    DiscoveryRequest none = last(CLUSTER, sent);
    assertEquals(List.of(), none.getResourceNamesList());
    String everything = harness.sendAll(CLUSTER, "c3", cluster("a"), cluster("b"));
    harness.assertSilent();
    harness.sendAll(ROUTES, "r4", routes("r", "a"));
    DiscoveryRequest again = last(CLUSTER, harness.sotws());
    assertEquals(List.of("a"), again.getResourceNamesList());
    assertEquals("", again.getVersionInfo());
    assertEquals(everything, again.getResponseNonce());
  }

  private static DiscoveryRequest last(ResourceType type, List<DiscoveryRequest> requests) {
    return requests.stream()
        .filter(request -> request.getTypeUrl().equals(type.typeUrl()))
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  @Test
  void s2AckHasTheNewVersionAndRefusalTheOldOne() {
    Harness harness = serving();
    String good = harness.sendAll(CLUSTER, "c2", cluster("a"));
    DiscoveryRequest ack = harness.sotw();
    assertEquals("c2", ack.getVersionInfo());
    assertEquals(good, ack.getResponseNonce());
    assertFalse(ack.hasErrorDetail());
    String bad = harness.sendAll(CLUSTER, "c3", badCluster("a"));
    DiscoveryRequest nack = harness.sotw();
    assertEquals("c2", nack.getVersionInfo());
    assertEquals(bad, nack.getResponseNonce());
    assertTrue(nack.getErrorDetail().getMessage().contains("cluster a"));
  }

  @Test
  void s3SubscriptionAfterAResponseUsesItsNonce() {
    Harness harness = serving();
    String nonce = harness.sendAll(LISTENER, "l2", apiListener(TARGET, "r"));
    harness.sotws();
    harness.client.demand(Set.of(TARGET, "other:80"));
    assertEquals(nonce, harness.sotw().getResponseNonce());
  }

  @Test
  void s4AbsentListenersAndClustersAreGoneAndAbsentRoutesAndEndpointsAreNot() {
    Harness harness = Harness.sidecarSotw();
    assertEquals(List.of(), harness.sotws().get(0).getResourceNamesList());
    harness.sendAll(CLUSTER, "1", cluster("a"), cluster("b"));
    harness.sendAll(
        LISTENER, "1", listener("0.0.0.0_80", 80, "80"), listener("0.0.0.0_81", 81, "80"));
    harness.sendAll(ENDPOINTS, "1", endpoints("a", 1), endpoints("b", 2));
    harness.sendAll(ROUTES, "1", routes("80", "a"));
    harness.sendAll(LISTENER, "2", listener("0.0.0.0_80", 80, "80"));
    harness.sendAll(CLUSTER, "2", cluster("a"));
    harness.sendAll(ENDPOINTS, "2");
    harness.sendAll(ROUTES, "2");
    assertEquals(Set.of("0.0.0.0_80"), harness.latest().listeners().keySet());
    assertEquals(Set.of("a"), harness.latest().clusters().keySet());
    assertEquals(Set.of("a"), harness.latest().endpoints().keySet());
    assertEquals(Set.of("80"), harness.latest().routeConfigurations().keySet());
  }

  @Test
  void s5NameThatARacingResponseLacksIsNotYetAbsent() {
    Harness harness = serving();
    harness.client.demand(Set.of(TARGET, "other:80"));
    harness.sendAll(LISTENER, "l2", apiListener(TARGET, "r"));
    harness.sendAll(LISTENER, "l3", apiListener(TARGET, "r"), apiListener("other:80", "r"));
    assertEquals(Set.of(TARGET, "other:80"), harness.latest().listeners().keySet());
  }

  @Test
  void s6DoesNotExistTimerRunsOnlyWhileTheStreamIsOpen() {
    Harness harness = Harness.proxylessSotw(TARGET, "missing:80");
    harness.sendAll(LISTENER, "l1", apiListener(TARGET, "r"));
    harness.sendAll(ROUTES, "r1", routes("r", "a"));
    harness.sendAll(CLUSTER, "c1", cluster("a"));
    harness.sendAll(ENDPOINTS, "e1", endpoints("a", 1));
    int before = harness.snapshots.size();
    harness.stream().close(Status.transport(Status.Code.UNAVAILABLE, "gone"));
    harness.server.refuseStreams(Status.transport(Status.Code.UNAVAILABLE, "down"));
    harness.advance(Duration.ofSeconds(40));
    assertEquals(before, harness.snapshots.size());
    harness.server.refuseStreams(null);
    harness.advance(Duration.ofSeconds(60));
    assertEquals(Set.of(TARGET), harness.latest().listeners().keySet());
  }

  @Test
  void s7NothingWantedIsNotAskedForAndNoLongerWantedIsUnsubscribed() {
    Harness harness = Harness.proxylessSotw();
    harness.assertSilent();
    harness.client.demand(Set.of(TARGET));
    harness.sendAll(LISTENER, "l1", apiListener(TARGET, "r"));
    harness.sotws();
    harness.client.demand(Set.of());
    List<DiscoveryRequest> requests = harness.sotws();
    assertEquals(2, requests.size());
    requests.forEach(request -> assertEquals(0, request.getResourceNamesCount()));
  }

  @Test
  void s8GoodResourcesOfARefusedResponseApply() {
    Harness harness = Harness.sidecarSotw();
    harness.sendAll(CLUSTER, "1", badCluster("bad"), cluster("a"));
    harness.sendAll(LISTENER, "1");
    harness.sendAll(ENDPOINTS, "1", endpoints("a", 1));
    assertEquals(Set.of("a"), harness.latest().clusters().keySet());
    assertEquals(Set.of("bad"), harness.client.store().refused(CLUSTER).keySet());
  }

  @Test
  void s8RefusedResourceKeepsItsLastGoodVersion() {
    Harness harness = serving();
    harness.sendAll(CLUSTER, "c2", badCluster("a"));
    assertEquals(Set.of("a"), harness.latest().clusters().keySet());
  }

  @Test
  void s11WrappedResourcesAreUnwrapped() {
    Harness harness = serving();
    Resource wrapped =
        Resource.newBuilder().setName("a").setResource(Fixtures.pack(endpoints("a", 4))).build();
    harness.stream()
        .respond(
            DiscoveryResponse.newBuilder()
                .setTypeUrl(ENDPOINTS.typeUrl())
                .setNonce("w")
                .addResources(Fixtures.pack(wrapped))
                .build());
    harness.run();
    var group = harness.latest().endpoints().get("a").localities().get(0);
    assertEquals(4, group.endpoints().get(0).port());
  }

  @Test
  void s12DuplicateNamesAreRefused() {
    Harness harness = serving();
    harness.sendAll(CLUSTER, "c2", cluster("a"), cluster("a"));
    assertTrue(harness.sotw().getErrorDetail().getMessage().contains("duplicate name a"));
  }

  @Test
  void s13ChildrenAreAskedForAfterTheirParents() {
    Harness harness = Harness.proxylessSotw(TARGET);
    assertEquals(LISTENER.typeUrl(), harness.sotw().getTypeUrl());
    harness.assertSilent();
    harness.sendAll(LISTENER, "l1", apiListener(TARGET, "r"));
    assertEquals(List.of("r"), harness.sotws().get(1).getResourceNamesList());
    harness.sendAll(ROUTES, "r1", routes("r", "a"));
    assertEquals(List.of("a"), harness.sotws().get(1).getResourceNamesList());
    harness.sendAll(CLUSTER, "c1", cluster("a"));
    assertEquals(ENDPOINTS.typeUrl(), harness.sotws().get(1).getTypeUrl());
  }
}
