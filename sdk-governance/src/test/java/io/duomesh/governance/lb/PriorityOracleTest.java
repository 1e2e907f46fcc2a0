package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Priorities, panic, localities, weights: shares and orders must be those of the real Envoy. */
class PriorityOracleTest {
  private static final int PICKS = 40_000;

  @Test
  void sharesAreThoseOfEnvoy() {
    int experiments = 0;
    List<String> differing = new ArrayList<>();
    for (JsonNode experiment : Cases.of("oracle-priority-and-balance").toList()) {
      JsonNode counts = experiment.path("outcome").path(0).path("counts");
      if (counts.isMissingNode() || !comparable(experiment)) {
        continue;
      }
      experiments++;
      Map<String, Integer> found = pick(EnvoyCluster.ofExperiment(experiment));
      Set<String> addresses = new HashSet<>(found.keySet());
      double total = 0;
      for (Map.Entry<String, JsonNode> entry : counts.properties()) {
        addresses.add(entry.getKey());
        total += entry.getValue().asInt();
      }
      for (String address : addresses) {
        double want = counts.path(address).asInt() / total;
        double got = found.getOrDefault(address, 0) / (double) PICKS;
        double chance = 4 * Math.sqrt(got * (1 - got) / total) + 0.002;
        if (Math.abs(want - got) > chance) {
          differing.add(
              experiment.get("id").asText() + " " + address + ": " + got + " for " + want);
        }
      }
    }
    assertEquals(List.of(), differing);
    assertTrue(experiments >= 90, "experiments: " + experiments);
  }

  @Test
  void turnsAreThoseOfEnvoyFromSomeStart() {
    int experiments = 0;
    List<String> differing = new ArrayList<>();
    for (JsonNode experiment : Cases.of("oracle-priority-and-balance").toList()) {
      JsonNode order = experiment.path("outcome").path(0).path("order");
      if (order.isMissingNode() || !comparable(experiment)) {
        continue;
      }
      experiments++;
      SplittableRandom random = new SplittableRandom(7);
      EndpointSelector<Pool> selector = Pool.select(EnvoyCluster.ofExperiment(experiment), random);
      List<String> found = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        found.add(Pool.address(selector.pick(Pool.context(0, random))));
      }
      List<String> want = new ArrayList<>();
      order.forEach(i -> want.add(experiment.get("hosts").get(i.asInt()).asText()));
      if (Collections.indexOfSubList(found, want) < 0) {
        differing.add(
            experiment.get("id").asText() + " " + order + " found " + found.subList(0, 30));
      }
    }
    assertEquals(List.of(), differing);
    assertTrue(experiments >= 30, "experiments: " + experiments);
  }

  private static Map<String, Integer> pick(EnvoyCluster cluster) {
    SplittableRandom random = new SplittableRandom(3);
    EndpointSelector<Pool> selector = Pool.select(cluster, random);
    Map<String, Integer> found = new HashMap<>();
    for (int i = 0; i < PICKS; i++) {
      String picked =
          selector.drops(random)
              ? "503 DO"
              : Pool.address(selector.pick(Pool.context(random.nextLong(), random)));
      found.merge(picked, 1, Integer::sum);
    }
    return found;
  }

  /** Not those of zones, of full scans and biases, nor those with requests in flight. */
  private static boolean comparable(JsonNode experiment) {
    String id = experiment.get("id").asText();
    return experiment.get("rejected").isNull()
        && !id.startsWith("zone-aware")
        && !id.contains("choices-1")
        && !id.contains("busy")
        && !id.contains("bias")
        && !id.contains("full-scan");
  }
}
