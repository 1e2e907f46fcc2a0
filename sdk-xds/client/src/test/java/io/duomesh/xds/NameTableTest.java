package io.duomesh.xds;

import static io.duomesh.xds.Fixtures.cluster;
import static io.duomesh.xds.Fixtures.endpoints;
import static io.duomesh.xds.ResourceType.CLUSTER;
import static io.duomesh.xds.ResourceType.ENDPOINTS;
import static io.duomesh.xds.ResourceType.LISTENER;
import static io.duomesh.xds.ResourceType.NAMES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.duomesh.Status;
import io.duomesh.xds.proto.envoy.config.core.v3.Address;
import io.duomesh.xds.proto.envoy.config.core.v3.Metadata;
import io.duomesh.xds.proto.envoy.config.core.v3.SocketAddress;
import io.duomesh.xds.proto.envoy.config.listener.v3.Filter;
import io.duomesh.xds.proto.envoy.config.listener.v3.FilterChain;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.duomesh.xds.proto.envoy.service.discovery.v3.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Istio's table of names, asked for where clusters do not tell whose a TCP listener is. */
final class NameTableTest {
  private static final String CONFIG =
      "/apis/networking.istio.io/v1/namespaces/demo/virtual-service/moved";

  private static ByteString message(Map<Integer, List<ByteString>> fields) {
    UnknownFieldSet.Builder message = UnknownFieldSet.newBuilder();
    fields.forEach(
        (number, values) -> {
          UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
          values.forEach(field::addLengthDelimited);
          message.addField(number, field.build());
        });
    return message.build().toByteString();
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** One entry with what else Istio says of a host: registry, short name, namespace. */
  private static ByteString entry(String host, String... addresses) {
    ByteString info =
        message(
            Map.of(
                1, List.of(addresses).stream().map(NameTableTest::text).toList(),
                2, List.of(text("Kubernetes")),
                3, List.of(text("moved")),
                4, List.of(text("demo"))));
    return message(Map.of(1, List.of(text(host)), 2, List.of(info)));
  }

  private static ByteString table(ByteString... entries) {
    return message(Map.of(1, List.of(entries)));
  }

  private static Listener tcpListener(String address, boolean ofVirtualService) {
    FilterChain.Builder chain =
        FilterChain.newBuilder()
            .addFilters(
                Filter.newBuilder()
                    .setName("tcp")
                    .setTypedConfig(
                        Fixtures.pack(
                            TcpProxy.newBuilder().setStatPrefix("x").setCluster("a").build())));
    if (ofVirtualService) {
      Value config = Value.newBuilder().setStringValue(CONFIG).build();
      chain.setMetadata(
          Metadata.newBuilder()
              .putFilterMetadata("istio", Struct.newBuilder().putFields("config", config).build()));
    }
    return Listener.newBuilder()
        .setName(address + "_12200")
        .setAddress(
            Address.newBuilder()
                .setSocketAddress(
                    SocketAddress.newBuilder().setAddress(address).setPortValue(12200)))
        .addFilterChains(chain)
        .build();
  }

  private static Harness serving(boolean ofVirtualService) {
    Harness harness = Harness.sidecarDelta();
    harness.send(CLUSTER, cluster("a"));
    harness.send(ENDPOINTS, endpoints("a", 1));
    harness.send(LISTENER, tcpListener("10.0.0.1", ofVirtualService));
    return harness;
  }

  private static boolean asksForNames(Harness harness) {
    List<DeltaDiscoveryRequest> requests =
        harness.deltas().stream().filter(r -> r.getTypeUrl().equals(NAMES.typeUrl())).toList();
    requests.forEach(r -> assertEquals(List.of("*"), r.getResourceNamesSubscribeList()));
    return !requests.isEmpty();
  }

  private static void answer(Harness harness, ByteString table) {
    harness.stream()
        .respond(
            DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(NAMES.typeUrl())
                .setNonce("names")
                .addResources(
                    Resource.newBuilder()
                        .setResource(Any.newBuilder().setTypeUrl(NAMES.typeUrl()).setValue(table)))
                .build());
    harness.run();
  }

  private static Set<String> hosts(Harness harness) {
    return harness.latest().listeners().get("10.0.0.1_12200").hosts();
  }

  @Test
  void hostsOfAnAddressAreThoseThatHaveIt() {
    NameTable table =
        NameTable.parse(
            table(
                entry("Moved.demo.svc.cluster.local", "10.0.0.1", "fd00::1"),
                entry("other.demo.svc.cluster.local", "10.0.0.1")));
    assertEquals(
        Set.of("moved.demo.svc.cluster.local", "other.demo.svc.cluster.local"),
        table.hosts().get("10.0.0.1"));
    assertEquals(Set.of("moved.demo.svc.cluster.local"), table.hosts().get("fd00::1"));
  }

  @Test
  void whatIsNoTableIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> NameTable.parse(text("\u0001\u0002")));
    ByteString whole = table(entry("a", "10.0.0.1"));
    assertThrows(
        IllegalArgumentException.class, () -> NameTable.parse(whole.substring(0, 5)), "cut off");
  }

  @Test
  void tableIsAskedForOnlyWhereClustersDoNotTell() {
    assertFalse(asksForNames(serving(false)));
    Harness harness = serving(true);
    assertTrue(asksForNames(harness));
    assertEquals(List.of(), harness.snapshots, "it may still come");
    answer(harness, table(entry("moved.demo.svc.cluster.local", "10.0.0.1")));
    assertEquals(Set.of("moved.demo.svc.cluster.local"), hosts(harness));
  }

  @Test
  void serverThatDoesNotAnswerHoldsNothingUpForLong() {
    Harness harness = serving(true);
    harness.advance(Duration.ofSeconds(16));
    assertEquals(Set.of(), hosts(harness));
  }

  @Test
  void serverThatEndsStreamsOverItIsAskedNoMore() {
    Harness harness = serving(true);
    for (int i = 0; i < 3; i++) {
      assertTrue(asksForNames(harness), "stream " + i);
      harness.stream().close(Status.remote(Status.Code.UNKNOWN, "no such type"));
      harness.advance(Duration.ofSeconds(2));
      harness.nextStream();
      harness.send(CLUSTER, cluster("a"));
    }
    harness.send(LISTENER, tcpListener("10.0.0.1", true));
    assertFalse(asksForNames(harness));
    assertEquals(Set.of(), hosts(harness));
  }
}
