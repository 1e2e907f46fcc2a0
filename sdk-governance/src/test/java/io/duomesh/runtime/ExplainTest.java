package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.Explanation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Mode;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.HashPolicy;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.RouteAction;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an explanation tells, and that it leaves nothing behind. */
class ExplainTest {
  private static final String PATH = "/some.Greeter/greet";

  private final Duomesh mesh =
      Duomesh.builder().traffic(OneCluster.of("greeter:80", "loop", "a:1", "b:1", "d:1")).build();

  interface Greeter {
    String greet(String name);
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private Explanation explain(String target, String... headers) {
    return mesh.explain(target, PATH, Metadata.of(headers), 0);
  }

  @Test
  void targetThatNobodyHasIsExplainedWithoutBeingTakenIntoUse() {
    mesh.start();
    Explanation found = explain("greeter:80");
    assertEquals("c", found.cluster());
    assertNotNull(found.endpoint());
    assertNull(found.status());
    assertEquals(List.of(), mesh.state().clusters());
  }

  @Test
  void explainedClustersAreNotConnectedByTheNextConfiguration() {
    mesh.start();
    explain("greeter:80");
    mesh.update(OneCluster.of("greeter:80", "loop", "a:1", "b:1"));
    assertEquals(List.of(), mesh.state().clusters());
  }

  @Test
  void targetThatIsNowhereIsNotWanted() {
    mesh.start();
    Status status = explain("nobody:1").status();
    assertNotNull(status);
    assertTrue(status.message().contains("has no listener for it"), status.message());
    assertTrue(status.message().contains("no client here has this target"), status.message());
    assertEquals(List.of(), mesh.state().clusters());
  }

  @Test
  void targetOfAClientIsExplainedByWhatItsCallsMeet() {
    mesh.start();
    mesh.client(Greeter.class, "greeter:80");
    explain("greeter:80");
    Status missing = mesh.explain("elsewhere:1", PATH, Metadata.EMPTY, 0).status();
    assertNotNull(missing);
    mesh.client(Greeter.class, "elsewhere:1");
    Status wanted = explain("elsewhere:1").status();
    assertNotNull(wanted);
    assertTrue(!wanted.message().contains("no client here"), wanted.message());
  }

  @Test
  void schemeThatNothingResolvesIsRefused() {
    mesh.start();
    assertThrows(IllegalArgumentException.class, () -> explain("carrier-pigeon:///x"));
  }

  @Test
  void sidecarTargetWithoutAPortIsExplainedByWhyItsCallsFail() {
    try (Duomesh sidecar = Duomesh.builder().set("duomesh.mode", "sidecar").build()) {
      sidecar.start();
      assertEquals(Mode.SIDECAR, sidecar.mode());
      Status status = sidecar.explain("greeter", PATH, Metadata.EMPTY, 0).status();
      assertNotNull(status);
      assertTrue(status.message().contains("host:port"), status.message());
    }
  }

  @Test
  void hashedCallsAreExplainedByTheirOwnHash() {
    ClusterSpec ring = ClusterSpec.of("c", "loop", new LbPolicy.RingHash(1024, 4096, false, false));
    RouteAction.Forward hashed =
        OneCluster.forward().withHashPolicies(List.of(HashPolicy.header("user")));
    try (Duomesh hashing =
        Duomesh.builder()
            .traffic(OneCluster.of("greeter:80", ring, hashed, "a:1", "b:1", "d:1"))
            .build()) {
      hashing.start();
      for (String user : List.of("ann", "bob", "cid", "dan")) {
        String first = endpoint(hashing, user, 1);
        for (long random = 2; random < 10; random++) {
          assertEquals(first, endpoint(hashing, user, random << 40));
        }
      }
    }
  }

  private static String endpoint(Duomesh mesh, String user, long random) {
    return String.valueOf(
        mesh.explain("greeter:80", PATH, Metadata.of("user", user), random).endpoint());
  }

  @Test
  void thousandsOfExplanationsLeaveNoClusterAndNoTarget() {
    mesh.start();
    for (int i = 0; i < 5_000; i++) {
      explain("nobody-" + i + ":80");
    }
    MeshState state = mesh.state();
    assertEquals(List.of(), state.clusters());
    assertNull(state.trouble());
  }
}
