package io.duomesh.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static MeshRoute route(String host, String name) throws IOException {
    return MeshRoute.find(MeshFile.read(null).mesh(), host, name);
  }

  private static Tally tally(MeshRoute route, int v1, int v2) {
    Tally tally = new Tally(v1 + v2);
    for (Instance instance : route.mesh().instances()) {
      int calls = instance.version().equals("v2") ? v2 : v1 / 2;
      for (int i = 0; i < calls; i++) {
        tally.add(new Receipt("tea", instance.port(), "triple"));
      }
    }
    return tally;
  }

  @Test
  void weightsOfClustersBecomeSharesOfVersions() throws IOException {
    MeshRoute split = route("orders", "split");
    assertEquals(0.9, Shares.byVersion(split).expected().get("v1"), 1e-9);
    MeshRoute even = split.withWeights(Map.of("orders-v1", 1, "orders-v2", 3));
    assertEquals(0.75, Shares.byVersion(even).expected().get("v2"), 1e-9);
    assertEquals(Map.of("triple", 1.0), rounded(Shares.byProtocol(split).expected()));
  }

  private static Map<String, Double> rounded(Map<String, Double> shares) {
    shares.replaceAll((name, share) -> Math.round(share * 1e6) / 1e6);
    return shares;
  }

  @Test
  void countsWithinChanceHoldAndOthersDoNot() throws IOException {
    MeshRoute split = route("orders", "split");
    Shares shares = Shares.byVersion(split);
    assertTrue(shares.check(tally(split, 9_100, 900)).contains("v1 9,100"));
    assertThrows(StepFailed.class, () -> shares.check(tally(split, 9_200, 800)));
  }

  @Test
  void aFailedCallFailsTheStep() throws IOException {
    MeshRoute split = route("orders", "split");
    Tally tally = tally(split, 9_000, 1_000);
    tally.addFailure(new IllegalStateException("gone"));
    StepFailed failed = assertThrows(StepFailed.class, () -> Shares.byVersion(split).check(tally));
    assertTrue(String.valueOf(failed.getMessage()).contains("gone"));
  }

  @Test
  void anInstanceIsTakenOutOfEveryAssignment() throws IOException {
    Mesh mesh = MeshFile.read(null).mesh();
    Instance one = mesh.instances().iterator().next();
    Mesh rest = mesh.without(one);
    assertEquals(2, rest.instances().size());
    assertEquals(1, rest.instancesOf("orders-v1").size());
    assertEquals(3, mesh.instances().size());
  }
}
