package io.duomesh.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Values that nothing could be done with are refused where they are built. */
class ValuesTest {
  private static void refused(String what, Executable built) {
    IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, built);
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains(what), message);
  }

  @Test
  void endpointsHaveAHostAPortAndAWeight() {
    refused("port: 99999 (expected: 0 … 65535)", () -> Endpoint.of("127.0.0.1", 99_999));
    refused("port: -1", () -> Endpoint.of("127.0.0.1", -1));
    refused("host", () -> Endpoint.of("", 80));
    refused("weight: 0", () -> new Endpoint("a", 1, 0, Endpoint.Health.UNKNOWN, "", Map.of()));
    assertEquals("127.0.0.1:65535", Endpoint.of("127.0.0.1", 65_535).address());
  }

  @Test
  void sharesAreShares() {
    refused("sum of cluster weights: 0", () -> ClusterSelector.weighted());
    refused("weight: -1", () -> WeightedCluster.of("a", -1));
    WeightedCluster most = WeightedCluster.of("a", 0xFFFF_FFFFL);
    ClusterSelector.weighted(most);
    refused(
        "sum of cluster weights", () -> ClusterSelector.weighted(most, WeightedCluster.of("b", 1)));
    refused("denominator: 0", () -> new RuntimeFraction("", 1, 0));
    refused("numerator: -1", () -> RuntimeFraction.percent(-1));
    refused("dropped calls", () -> new ClusterEndpoints("a", List.of(), 140, 1_000_001));
  }

  @Test
  void bucketsFlow() {
    Duration second = Duration.ofSeconds(1);
    refused("tokens_per_fill: 0", () -> new LocalRateLimit.TokenBucket(1, 0, second));
    refused("fill_interval", () -> new LocalRateLimit.TokenBucket(1, 1, Duration.ZERO));
    refused("max_tokens: -1", () -> new LocalRateLimit.TokenBucket(-1, 1, second));
  }

  @Test
  void balancersHaveSizesThatTheyCanHave() {
    refused("expected: a prime", () -> new LbPolicy.Maglev(65_536));
    refused("table_size: 0", () -> new LbPolicy.Maglev(0));
    refused("table_size", () -> new LbPolicy.Maglev(1L << 40));
    refused("maximum_ring_size", () -> new LbPolicy.RingHash(1, 1L << 40, false, false));
    refused("minimum_ring_size: 9", () -> new LbPolicy.RingHash(9, 8, false, false));
    refused("choice_count: 0", () -> new LbPolicy.LeastRequest(0));
  }

  @Test
  void policiesHaveNumbersAndWaits() {
    refused("num_retries: -1", () -> RetryPolicy.on(-1, "5xx"));
    refused(
        "back-off",
        () ->
            new RetryPolicy(
                Set.of(),
                1,
                null,
                Set.of(),
                List.of(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                false,
                0,
                1));
    refused("max_requests: -1", () -> new CircuitBreakers.Thresholds(1, -1, 1));
    refused("budget_percent: NaN", () -> new CircuitBreakers.RetryBudget(Double.NaN, 1));
    refused("status: 99", () -> RouteAction.DirectResponse.of(99, ""));
    refused("cluster name", () -> ClusterSpec.of("", null, LbPolicy.ROUND_ROBIN));
  }
}
