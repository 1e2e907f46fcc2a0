package io.duomesh.governance.lb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Locality;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.traffic.LocalityPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A cluster as Envoy's JSON has it, as far as balancing goes. */
record EnvoyCluster(ClusterSpec spec, ClusterEndpoints endpoints) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The first cluster of an experiment. */
  static EnvoyCluster ofExperiment(JsonNode experiment) {
    JsonNode cluster = experiment.get("clusters").get(0);
    JsonNode file = experiment.path("eds").path("eds.json");
    return of(cluster, file.isMissingNode() ? cluster.path("loadAssignment") : file);
  }

  private static EnvoyCluster of(JsonNode cluster, JsonNode assignment) {
    JsonNode common = cluster.path("commonLbConfig");
    JsonNode typed =
        cluster
            .path("loadBalancingPolicy")
            .path("policies")
            .path(0)
            .path("typedExtensionConfig")
            .path("typedConfig");
    LocalityPolicy locality =
        new LocalityPolicy(
            common.path("healthyPanicThreshold").path("value").asDouble(50),
            common.path("zoneAwareLbConfig").path("failTrafficOnPanic").asBoolean(false),
            common.has("localityWeightedLbConfig") || typed.has("localityWeightedLbConfig"),
            assignment.path("policy").path("weightedPriorityHealth").asBoolean());
    ClusterSpec plain = ClusterSpec.of(cluster.get("name").asText(), null, policy(cluster, typed));
    return new EnvoyCluster(
        new ClusterSpec(
            plain.name(),
            null,
            plain.discovery(),
            plain.lbPolicy(),
            locality,
            plain.circuitBreakers(),
            plain.connectTimeout(),
            null,
            null,
            Map.of()),
        endpoints(assignment));
  }

  private static LbPolicy policy(JsonNode cluster, JsonNode typed) {
    JsonNode ring = typed.isMissingNode() ? cluster.path("ringHashLbConfig") : typed;
    String name = typed.path("@type").asText(cluster.path("lbPolicy").asText("ROUND_ROBIN"));
    return switch (name.substring(name.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT)) {
      case "RING_HASH", "RINGHASH" ->
          new LbPolicy.RingHash(
              ring.path("minimumRingSize").asLong(1024),
              ring.path("maximumRingSize").asLong(8_388_608),
              ring.path("hashFunction").asText().equals("MURMUR_HASH_2"),
              ring.path("consistentHashingLbConfig").path("useHostnameForHashing").asBoolean());
      case "MAGLEV" ->
          new LbPolicy.Maglev(
              cluster
                  .path("maglevLbConfig")
                  .path("tableSize")
                  .asLong(typed.path("tableSize").asLong(65_537)));
      case "RANDOM" -> new LbPolicy.Random();
      case "LEAST_REQUEST" ->
          new LbPolicy.LeastRequest(
              cluster.path("leastRequestLbConfig").path("choiceCount").asInt(2));
      default -> LbPolicy.ROUND_ROBIN;
    };
  }

  private static ClusterEndpoints endpoints(JsonNode assignment) {
    List<LocalityEndpoints> localities = new ArrayList<>();
    for (JsonNode locality : assignment.path("endpoints")) {
      List<Endpoint> endpoints = new ArrayList<>();
      locality.path("lbEndpoints").forEach(endpoint -> endpoints.add(endpoint(endpoint)));
      localities.add(
          new LocalityEndpoints(
              new Locality("", locality.path("locality").path("zone").asText(), ""),
              locality.path("loadBalancingWeight").asLong(0),
              locality.path("priority").asInt(0),
              endpoints));
    }
    JsonNode policy = assignment.path("policy");
    long drop =
        policy.path("dropOverloads").path(0).path("dropPercentage").path("numerator").asLong();
    return new ClusterEndpoints(
        "c", localities, policy.path("overprovisioningFactor").asInt(140), drop * 10_000);
  }

  private static Endpoint endpoint(JsonNode json) {
    JsonNode address = json.path("endpoint").path("address").path("socketAddress");
    Map<String, Map<String, Object>> metadata = new HashMap<>();
    json.path("metadata")
        .path("filterMetadata")
        .properties()
        .forEach(e -> metadata.put(e.getKey(), JSON.convertValue(e.getValue(), Map.class)));
    return new Endpoint(
        address.get("address").asText(),
        address.get("portValue").asInt(),
        json.path("loadBalancingWeight").asLong(1),
        Endpoint.Health.valueOf(json.path("healthStatus").asText("UNKNOWN")),
        json.path("endpoint").path("hostname").asText(),
        metadata);
  }
}
