package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every key must meet the endpoint that the real Envoy sent it to. */
class HashOracleTest {
  @Test
  void keysMeetTheEndpointsOfEnvoy() {
    List<JsonNode> cases = Cases.of("oracle-hash").toList();
    JsonNode keys = cases.get(0).get("keys");
    int experiments = 0;
    List<String> differing = new ArrayList<>();
    for (JsonNode experiment : cases) {
      if (!comparable(experiment)) {
        continue;
      }
      experiments++;
      EnvoyCluster cluster = EnvoyCluster.ofExperiment(experiment);
      SplittableRandom random = new SplittableRandom(1);
      EndpointSelector<Pool> selector = Pool.select(cluster, random);
      JsonNode values = experiment.get("steps").get(0).get("values");
      JsonNode order = experiment.get("outcome").get(0).get("order");
      int index = 0;
      for (JsonNode key : values.isTextual() ? keys : values) {
        long hash = XxHash64.hash(key.asText().strip(), 0);
        String found = Pool.address(selector.pick(Pool.context(hash, random)));
        JsonNode expected = order.get(index++);
        String want =
            expected.isInt()
                ? experiment.get("hosts").get(expected.asInt()).asText()
                : expected.asText();
        if (!found.equals(want)) {
          differing.add(experiment.get("id").asText() + " " + key + ": " + found);
          break;
        }
      }
    }
    assertEquals(List.of(), differing);
    assertTrue(experiments >= 100, "experiments: " + experiments);
  }

  /** Those that hash one header; equal keys make equal hashes, whose order Envoy leaves open. */
  private static boolean comparable(JsonNode experiment) {
    String id = experiment.path("id").asText();
    return experiment.path("rejected").isNull()
        && experiment.path("steps").path(0).has("values")
        && !id.startsWith("policy-of-hash")
        && !id.startsWith("round-robin")
        && !id.equals("policy-ring-hash-own-policy")
        && !id.equals("ring-hash-key-same");
  }
}
