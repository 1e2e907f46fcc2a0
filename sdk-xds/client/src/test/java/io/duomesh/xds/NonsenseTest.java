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
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A control plane that keeps no rule: what is in force stays, and nothing grows without end. */
final class NonsenseTest {
  private static Harness serving(Harness harness) {
    harness.send(CLUSTER, cluster("a"));
    harness.send(ENDPOINTS, endpoints("a", 1));
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "80"));
    harness.send(ROUTES, routes("80", "a"));
    harness.deltas();
    return harness;
  }

  private static void respond(Harness harness, DeltaDiscoveryResponse.Builder response) {
    harness.stream().respond(response.build());
    harness.run();
  }

  @Test
  void responseWithoutNonceIsAnsweredAndApplies() {
    Harness harness = serving(Harness.sidecarDelta());
    respond(
        harness,
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(ENDPOINTS.typeUrl())
            .addResources(Harness.resource(ENDPOINTS, "2", endpoints("a", 2))));
    DeltaDiscoveryRequest answer = harness.delta();
    assertEquals("", answer.getResponseNonce());
    assertEquals(0, answer.getErrorDetail().getCode());
    assertEquals(
        2, harness.latest().endpoints().get("a").localities().get(0).endpoints().get(0).port());
  }

  @Test
  void otherContentUnderTheSameVersionIsTaken() {
    Harness harness = Harness.sidecarSotw();
    harness.sendAll(CLUSTER, "1", cluster("a"));
    harness.sendAll(ENDPOINTS, "1", endpoints("a", 1));
    harness.sendAll(LISTENER, "1");
    harness.sendAll(ENDPOINTS, "1", endpoints("a", 2));
    assertEquals(
        2, harness.latest().endpoints().get("a").localities().get(0).endpoints().get(0).port());
  }

  @Test
  void everyResponseIsAnsweredByItsOwnNonceWhateverTheirOrder() {
    Harness harness = serving(Harness.sidecarDelta());
    for (String nonce : List.of("9", "7", "8", "7")) {
      respond(
          harness,
          DeltaDiscoveryResponse.newBuilder().setTypeUrl(CLUSTER.typeUrl()).setNonce(nonce));
    }
    assertEquals(
        List.of("9", "7", "8", "7"),
        harness.deltas().stream().map(DeltaDiscoveryRequest::getResponseNonce).toList());
  }

  @Test
  void whatWasNeverAskedForIsNotHeld() {
    Harness harness = serving(Harness.sidecarDelta());
    var before = harness.latest();
    for (int i = 0; i < 1_000; i++) {
      harness.send(ENDPOINTS, "1", List.of("gone-" + i), endpoints("stranger-" + i, 1));
    }
    assertSame(before, harness.latest());
    assertEquals(1, harness.client.store().all(ENDPOINTS).size());
    assertTrue(harness.clock.pending() < 20, "timers: " + harness.clock.pending());
  }

  @Test
  void refusedNamesThatAreNotRepeatedAreForgotten() {
    Harness harness = Harness.sidecarSotw();
    for (int i = 0; i < 100; i++) {
      harness.sendAll(CLUSTER, String.valueOf(i), badCluster("bad-" + i));
    }
    assertEquals(Set.of("bad-99"), harness.client.store().refused(CLUSTER).keySet());
    assertTrue(harness.clock.pending() < 20, "timers: " + harness.clock.pending());
    harness.advance(java.time.Duration.ofSeconds(31));
    List<DiscoveryRequest> answers =
        harness.sotws().stream().filter(DiscoveryRequest::hasErrorDetail).toList();
    assertEquals("n100", answers.get(answers.size() - 1).getResponseNonce());
  }

  @Test
  void timeToLiveBeyondAllMeasureIsAsGoodAsNone() {
    Harness harness = serving(Harness.sidecarDelta());
    for (long seconds : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
      Resource mortal =
          Harness.resource(ENDPOINTS, "2", endpoints("a", 3)).toBuilder()
              .setTtl(Duration.newBuilder().setSeconds(seconds).setNanos(-1))
              .build();
      respond(
          harness,
          DeltaDiscoveryResponse.newBuilder()
              .setTypeUrl(ENDPOINTS.typeUrl())
              .setNonce("x")
              .addResources(mortal));
      assertEquals("x", harness.delta().getResponseNonce());
    }
  }

  @Test
  void bytesThatAreNoMessageAreRefusedByName() {
    Harness harness = serving(Harness.sidecarDelta());
    var before = harness.latest();
    Any broken =
        Any.newBuilder()
            .setTypeUrl(CLUSTER.typeUrl())
            .setValue(ByteString.copyFromUtf8("\u0007\u0007"))
            .build();
    respond(
        harness,
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(CLUSTER.typeUrl())
            .setNonce("x")
            .addResources(Resource.newBuilder().setName("a").setResource(broken)));
    assertTrue(harness.delta().getErrorDetail().getMessage().contains("cluster a"));
    assertSame(before, harness.latest());
  }

  @Test
  void unnamedResourceOfTheStateOfTheWorldIsRefusedAndTheOthersApply() {
    Harness harness = Harness.sidecarSotw();
    harness.stream()
        .respond(
            DiscoveryResponse.newBuilder()
                .setTypeUrl(CLUSTER.typeUrl())
                .setVersionInfo("1")
                .setNonce("x")
                .addResources(Fixtures.pack(cluster("")))
                .addResources(Fixtures.pack(cluster("a")))
                .build());
    harness.run();
    assertTrue(harness.sotws().stream().anyMatch(DiscoveryRequest::hasErrorDetail));
    assertEquals(1, harness.client.store().all(CLUSTER).size());
    assertNull(harness.client.store().get(CLUSTER, ""));
  }
}
