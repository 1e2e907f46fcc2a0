package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.duomesh.spi.LoadBalancerFactory.PickContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Retries under hash balancing must go from endpoint to endpoint as the real Envoy's went. */
class RetriedPicksTest {
  @TestFactory
  Stream<DynamicTest> retriesMeetTheEndpointsOfEnvoy() {
    return Cases.of("oracle-hash")
        .filter(c -> c.path("id").asText().startsWith("retry-"))
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> check(c)));
  }

  private static void check(JsonNode experiment) {
    boolean avoids = experiment.get("id").asText().endsWith("previous-hosts");
    JsonNode retry = experiment.at("/routeConfig/virtualHosts/0/routes/0/route/retryPolicy");
    int repicks = avoids ? retry.path("hostSelectionRetryMaxAttempts").asInt(1) : 0;
    SplittableRandom random = new SplittableRandom(1);
    EndpointSelector<Pool> selector = Pool.select(EnvoyCluster.ofExperiment(experiment), random);
    int attempts = 0;
    for (int i = 0; i < experiment.get("steps").size(); i++) {
      JsonNode key = experiment.at("/steps/" + i + "/request/headers/0/1");
      PickContext context = Pool.context(XxHash64.hash(key.asText(), 0), random);
      Set<String> tried = new HashSet<>();
      List<String> found = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (JsonNode attempt : experiment.at("/outcome/" + i + "/answers/0/attempts")) {
        expected.add(attempt.get("host").asText());
        Pool picked = selector.pick(context, pool -> tried.contains(Pool.address(pool)), repicks);
        found.add(Pool.address(picked));
        tried.add(Pool.address(picked));
        attempts++;
      }
      assertEquals(expected, found, key.asText());
    }
    assertTrue(attempts > 10, "attempts: " + attempts);
  }

  @TestFactory
  Stream<DynamicTest> retriesMeetThePrioritiesOfEnvoy() {
    return Cases.of("oracle-retry-priority")
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> priorities(c)));
  }

  /** Of a priority with several endpoints, any will do: round robin starts at random. */
  private static void priorities(JsonNode experiment) {
    int frequency =
        experiment
            .at("/routeConfig/virtualHosts/0/routes/0/route/retryPolicy/retryPriority/typedConfig")
            .path("updateFrequency")
            .asInt();
    EnvoyCluster cluster = EnvoyCluster.ofExperiment(experiment);
    SplittableRandom random = new SplittableRandom(1);
    EndpointSelector<Pool> selector = Pool.select(cluster, random);
    for (JsonNode answer : experiment.at("/outcome/0/answers")) {
      List<Pool> past = new ArrayList<>();
      List<Integer> found = new ArrayList<>();
      List<Integer> expected = new ArrayList<>();
      for (JsonNode attempt : answer.get("attempts")) {
        expected.add(priority(cluster, attempt.get("host").asText()));
        int avoided = frequency == 0 ? 0 : past.size() / frequency * frequency;
        Pool picked =
            selector.pick(Pool.context(0, random), pool -> false, 0, past.subList(0, avoided));
        found.add(priority(cluster, Pool.address(picked)));
        past.add(picked);
      }
      assertTrue(expected.size() > 3);
      assertEquals(expected, found);
    }
  }

  private static int priority(EnvoyCluster cluster, String address) {
    return cluster.endpoints().localities().stream()
        .filter(l -> l.endpoints().stream().anyMatch(e -> e.address().equals(address)))
        .findFirst()
        .orElseThrow()
        .priority();
  }
}
