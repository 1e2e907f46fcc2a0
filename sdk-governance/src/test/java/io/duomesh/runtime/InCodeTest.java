package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.StringMatcher;
import io.duomesh.traffic.TrafficSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations given in code that cannot be used: who is told, and when. */
class InCodeTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ClusterSpec CLUSTER = ClusterSpec.of("c", "loop", LbPolicy.ROUND_ROBIN);

  private Duomesh mesh = Duomesh.builder().build();

  interface Greeter {
    String greet(String name);
  }

  @AfterEach
  void close() {
    mesh.close();
    LoopTransport.stop("a:1");
  }

  /** A retry policy whose header expression is none: found only when its plan is made. */
  private static TrafficSnapshot broken() {
    RetryPolicy policy =
        new RetryPolicy(
            Set.of("retriable-headers"),
            1,
            null,
            Set.of(),
            List.of(
                new HeaderMatcher(
                    "x", new HeaderMatcher.Text(new StringMatcher.Regex("(")), false, false)),
            Duration.ofMillis(25),
            Duration.ofMillis(250),
            false,
            0,
            1);
    RouteAction.Forward action = OneCluster.forward().withRetryPolicy(policy);
    return OneCluster.of("greeter:80", CLUSTER, action, "a:1");
  }

  private Greeter built(TrafficSnapshot traffic, String startup) {
    mesh =
        Duomesh.builder()
            .traffic(traffic)
            .set("duomesh.startup", startup)
            .set("duomesh.startup-timeout", "50s")
            .set("duomesh.client.timeout", "20s")
            .build();
    return mesh.client(Greeter.class, "greeter:80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "fail"})
  void startFailsAtOnceWithTheReason(String startup) {
    built(broken(), startup);
    IllegalStateException failure =
        assertTimeoutPreemptively(
            LONG, () -> assertThrows(IllegalStateException.class, () -> mesh.start()));
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("the configuration given in code cannot be used"), message);
    assertTrue(message.contains("missing closing )"), message);
    assertFalse(message.contains("within"), message);
  }

  @Test
  void callsAreToldWhyWhereStartDidNotWait() {
    Greeter greeter = built(broken(), "lazy");
    mesh.start();
    Status status = assertThrows(RpcException.class, () -> greeter.greet("you")).status();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertTrue(status.message().contains("missing closing )"), status.toString());
  }

  @Test
  void laterOneThatCannotBeUsedIsReportedAndChangesNothing() {
    LoopTransport.serve("a:1", (invocation, request) -> LoopTransport.Reply.ok("hello"));
    Greeter greeter =
        built(OneCluster.of("greeter:80", CLUSTER, OneCluster.forward(), "a:1"), "fail");
    mesh.start();
    assertEquals("hello", greeter.greet("you"));

    Map<String, String> errors = assertTimeoutPreemptively(LONG, () -> mesh.update(broken()));
    assertTrue(errors.toString().contains("missing closing )"), errors.toString());
    Status trouble = mesh.state().trouble();
    assertNotNull(trouble);
    assertTrue(trouble.message().contains("the last good one stays in force"), trouble.message());
    assertTrue(mesh.state().ready());
    assertEquals("hello", greeter.greet("you"));

    TrafficSnapshot good = OneCluster.of("greeter:80", CLUSTER, OneCluster.forward(), "a:1");
    assertEquals(Map.of(), mesh.update(good));
    assertEquals(good.version(), mesh.state().snapshotVersion());
    assertEquals(null, mesh.state().trouble());
    assertEquals("hello", greeter.greet("you"));
  }
}
