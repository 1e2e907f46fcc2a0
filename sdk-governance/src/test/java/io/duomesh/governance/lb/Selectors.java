package io.duomesh.governance.lb;

import com.fasterxml.jackson.databind.JsonNode;
import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Locality;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.traffic.LocalityPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Selectors of test clusters. */
final class Selectors {
  private Selectors() {}

  /** Of a case that names the healthy and degraded hosts of each priority. */
  static EndpointSelector<Pool> ofPriorities(JsonNode testCase) {
    List<LocalityEndpoints> localities = new ArrayList<>();
    for (JsonNode priority : testCase.get("priorities")) {
      Set<String> healthy = new HashSet<>();
      Set<String> degraded = new HashSet<>();
      priority.path("healthy").forEach(h -> healthy.add(h.asText()));
      priority.path("degraded").forEach(h -> degraded.add(h.asText()));
      List<Endpoint> endpoints = new ArrayList<>();
      for (JsonNode host : priority.get("hosts")) {
        String[] parts = host.asText().split(":");
        Endpoint.Health health =
            healthy.contains(host.asText())
                ? Endpoint.Health.HEALTHY
                : degraded.contains(host.asText())
                    ? Endpoint.Health.DEGRADED
                    : Endpoint.Health.UNHEALTHY;
        endpoints.add(new Endpoint(parts[0], Integer.parseInt(parts[1]), 1, health, "", Map.of()));
      }
      localities.add(new LocalityEndpoints(Locality.NONE, 1, localities.size(), endpoints));
    }
    LocalityPolicy policy =
        new LocalityPolicy(
            testCase.path("panicThreshold").asDouble(50),
            testCase.path("failTrafficOnPanic").asBoolean(),
            false,
            false);
    return of(LbPolicy.ROUND_ROBIN, policy, localities);
  }

  /** Of a policy and localities, with a fixed seed. */
  static EndpointSelector<Pool> of(
      LbPolicy lbPolicy, LocalityPolicy policy, List<LocalityEndpoints> localities) {
    ClusterSpec spec =
        new ClusterSpec(
            "c",
            null,
            new ClusterSpec.Discovery.Eds("c"),
            lbPolicy,
            policy,
            CircuitBreakers.DEFAULT,
            Duration.ofSeconds(5),
            null,
            null,
            Map.of());
    return EndpointSelector.compile(
        spec,
        new ClusterEndpoints("c", localities, 140, 0),
        Pool::new,
        pool -> false,
        new SplittableRandom(42));
  }
}
