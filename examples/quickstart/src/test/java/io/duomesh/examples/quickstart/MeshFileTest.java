package io.duomesh.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshFileTest {
  private static final String ENDPOINTS =
      """
      - "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
        cluster_name: orders
        endpoints:
          - lb_endpoints:
              - &one {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}}}
      - "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
        cluster_name: more
        endpoints: [{lb_endpoints: [*one]}]
      """;

  @TempDir Path directory;

  private MeshFile read(String yaml) throws IOException {
    return MeshFile.read(Files.writeString(directory.resolve("mesh.yaml"), yaml));
  }

  @Test
  void theExamplesOwnFileIsReadWhole() throws IOException {
    MeshFile file = MeshFile.read(null);
    assertEquals(List.of(), file.unreadable());
    assertEquals(3, file.mesh().instances().size());
    MeshRoute split = MeshRoute.find(file.mesh(), "orders", "split");
    assertEquals(Map.of("orders-v1", 90, "orders-v2", 10), split.weights());
    assertEquals("orders.shop:" + split.port(), split.target());
    assertEquals(
        Map.of("x-version", "v2"),
        PinningHeaders.of(MeshRoute.find(file.mesh(), "orders", "pinned")));
    assertEquals(5, Bucket.of(MeshRoute.find(file.mesh(), "orders", "limited")).tokens());
    assertEquals("bolt", file.mesh().protocolOf("orders-bolt"));
    assertEquals("triple", file.mesh().protocolOf("orders-triple"));
  }

  @Test
  void aResourceThatCannotBeReadIsReportedAloneByItsName() throws IOException {
    MeshFile file =
        read(
            ENDPOINTS.formatted(12999)
                + """
                - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
                  name: broken
                  no_such_field: 1
                """);
    assertEquals(Set.of("orders", "more"), file.mesh().assignments().keySet());
    assertEquals(1, file.unreadable().size());
    assertTrue(file.unreadable().get(0).concerns(new ResourceName("Cluster", "broken")));
  }

  @Test
  void aTakenPortIsReplacedWhereverItStands() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      MeshFile file = read(ENDPOINTS.formatted(port));
      assertEquals(Set.of(port), file.movedPorts().keySet());
      Instance moved = new Instance("127.0.0.1", file.movedPorts().get(port), "");
      assertEquals(Set.of(moved), file.mesh().instancesOf("orders"));
      assertEquals(Set.of(moved), file.mesh().instancesOf("more"));
    }
  }

  @Test
  void aFileToBeServedAloneKeepsItsPorts() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String yaml = ENDPOINTS.formatted(taken.getLocalPort());
      MeshFile file = MeshFile.readAsIs(Files.writeString(directory.resolve("mesh.yaml"), yaml));
      assertEquals(Map.of(), file.movedPorts());
      assertEquals(
          Set.of(new Instance("127.0.0.1", taken.getLocalPort(), "")),
          file.mesh().instancesOf("orders"));
    }
  }

  @Test
  void aFileThatIsNoListSaysSo() {
    assertThrows(IllegalArgumentException.class, () -> read("resources: {}"));
    assertThrows(IllegalArgumentException.class, () -> read("- [unclosed"));
  }

  @Test
  void aRefusalConcernsTheResourceThatItNamesAndNoOther() {
    Refusal refusal = new Refusal("node", "Cluster", "cluster orders-v2: ring too small");
    assertTrue(refusal.concerns(new ResourceName("Cluster", "orders-v2")));
    assertEquals(false, refusal.concerns(new ResourceName("Cluster", "orders")));
    assertEquals(false, refusal.concerns(new ResourceName("Cluster", "v2")));
    assertEquals(false, refusal.concerns(new ResourceName("Listener", "orders-v2")));
  }
}
