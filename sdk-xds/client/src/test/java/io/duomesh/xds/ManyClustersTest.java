package io.duomesh.xds;

import static io.duomesh.xds.Fixtures.cluster;
import static io.duomesh.xds.Fixtures.endpoints;
import static io.duomesh.xds.Fixtures.listener;
import static io.duomesh.xds.Fixtures.routes;
import static io.duomesh.xds.ResourceType.CLUSTER;
import static io.duomesh.xds.ResourceType.ENDPOINTS;
import static io.duomesh.xds.ResourceType.LISTENER;
import static io.duomesh.xds.ResourceType.ROUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.Message;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A large configuration: work must follow the change, not the world. */
final class ManyClustersTest {
  private static final int CLUSTERS = Integer.getInteger("duomesh.test.clusters", 300);
  private static final int ENDPOINTS_EACH = Integer.getInteger("duomesh.test.endpoints", 20);

  private static Harness serving() {
    Harness harness = Harness.sidecarDelta();
    int[] ports = IntStream.rangeClosed(1, ENDPOINTS_EACH).toArray();
    String[] names =
        IntStream.range(0, CLUSTERS).mapToObj(i -> "cluster-" + i).toArray(String[]::new);
    Message[] clusters = new Message[CLUSTERS];
    Message[] assignments = new Message[CLUSTERS];
    for (int i = 0; i < CLUSTERS; i++) {
      clusters[i] = cluster(names[i]);
      assignments[i] = endpoints(names[i], ports);
    }
    harness.send(CLUSTER, clusters);
    harness.send(ENDPOINTS, assignments);
    harness.send(LISTENER, listener("0.0.0.0_80", 80, "80"));
    harness.send(ROUTES, routes("80", names));
    return harness;
  }

  @Test
  void changeOfOneAssignmentLeavesEveryOtherPartTheSameObject() {
    Harness harness = serving();
    TrafficSnapshot before = harness.latest();
    assertEquals(CLUSTERS, before.endpoints().size());
    harness.send(ENDPOINTS, endpoints("cluster-7", 1));
    TrafficSnapshot after = harness.latest();
    assertNotSame(before, after);
    assertSame(before.clusters(), after.clusters());
    assertSame(before.listeners(), after.listeners());
    assertSame(before.routeConfigurations(), after.routeConfigurations());
    for (String name : before.endpoints().keySet()) {
      if (!name.equals("cluster-7")) {
        assertSame(before.endpoints().get(name), after.endpoints().get(name));
      }
    }
  }

  @Test
  void responseThatRepeatsEverythingIsNoChange() {
    Harness harness = serving();
    TrafficSnapshot before = harness.latest();
    int snapshots = harness.snapshots.size();
    for (int i = 0; i < CLUSTERS; i++) {
      harness.send(CLUSTER, cluster("cluster-" + i));
    }
    assertEquals(snapshots, harness.snapshots.size());
    assertSame(before, harness.latest());
  }
}
