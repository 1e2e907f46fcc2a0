package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.duomesh.traffic.HashPolicy;
import io.duomesh.traffic.Rewrites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What of a request is hashed, against the real Envoy's choices of endpoints. */
class RequestHashTest {
  private final AtomicInteger draws = new AtomicInteger();
  private final RandomGenerator counting =
      () -> {
        draws.incrementAndGet();
        return 99;
      };

  @TestFactory
  Stream<DynamicTest> requestsMeetTheEndpointsOfEnvoy() {
    return Cases.of("oracle-hash")
        .filter(c -> c.path("id").asText().startsWith("policy-of-hash"))
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> check(c)));
  }

  private void check(JsonNode experiment) {
    JsonNode route = experiment.at("/routeConfig/virtualHosts/0/routes/0/route/hashPolicy");
    EndpointSelector<Pool> selector =
        Pool.select(EnvoyCluster.ofExperiment(experiment), new SplittableRandom(1));
    for (int i = 0; i < experiment.get("steps").size(); i++) {
      JsonNode step = experiment.get("steps").get(i);
      JsonNode order = experiment.get("outcome").get(i).path("order");
      RequestHash hash =
          RequestHash.of(policies(route), step.at("/request/from").asText("127.0.0.1"));
      List<String> values = new ArrayList<>();
      step.path("values").forEach(v -> values.add(v.asText()));
      for (int n = 0; n < order.size(); n++) {
        Head head = Head.of(step.get("request"), values.isEmpty() ? "" : values.get(n));
        draws.set(0);
        long hashed = hash.of(head, 7, counting);
        if (draws.get() > 0) {
          assertTrue(differ(order), "Envoy hashed: " + step);
        } else if (hashed != 7
            && order
                .get(n)
                .isInt()) { // the channel's own hash is not that of a connection of Envoy
          assertEquals(
              experiment.get("hosts").get(order.get(n).asInt()).asText(),
              Pool.address(selector.pick(Pool.context(hashed, counting))),
              step.toString());
        }
      }
    }
  }

  private static boolean differ(JsonNode order) {
    for (JsonNode one : order) {
      if (one.asInt() != order.get(0).asInt()) {
        return true;
      }
    }
    return order.size() < 3;
  }

  private static List<HashPolicy> policies(JsonNode json) {
    List<HashPolicy> policies = new ArrayList<>();
    for (JsonNode policy : json) {
      boolean terminal = policy.path("terminal").asBoolean();
      HashPolicy.Source source = source(policy);
      if (source != null) {
        policies.add(new HashPolicy(source, terminal));
      }
    }
    return policies;
  }

  private static HashPolicy.Source source(JsonNode policy) {
    if (policy.has("header")) {
      JsonNode rewrite = policy.get("header").path("regexRewrite");
      return new HashPolicy.Header(
          policy.get("header").get("headerName").asText(),
          rewrite.isMissingNode()
              ? null
              : new Rewrites.RegexRewrite(
                  rewrite.at("/pattern/regex").asText(), rewrite.get("substitution").asText()));
    }
    if (policy.has("queryParameter")) {
      return new HashPolicy.QueryParameter(policy.at("/queryParameter/name").asText());
    }
    if (policy.has("cookie")) {
      boolean made = policy.get("cookie").has("ttl");
      return new HashPolicy.Cookie(
          policy.at("/cookie/name").asText(), made ? Duration.ofSeconds(1) : null, "");
    }
    if (policy.has("filterState")) {
      return new HashPolicy.FilterState(policy.at("/filterState/key").asText());
    }
    return policy.at("/connectionProperties/sourceIp").asBoolean()
        ? new HashPolicy.SourceIp()
        : null;
  }

  @Test
  void channelKeepsItsEndpointWhereItsIdentityIsHashed() {
    Head head = new Head("a", "/", List.of());
    for (HashPolicy.Source source :
        List.of(
            new HashPolicy.FilterState("io.grpc.channel_id"),
            new HashPolicy.Cookie("sid", Duration.ZERO, ""))) {
      RequestHash hash = RequestHash.of(List.of(new HashPolicy(source, false)), null);
      assertEquals(hash.of(head, 5, counting), hash.of(head, 5, counting));
      assertNotEquals(hash.of(head, 5, counting), hash.of(head, 6, counting));
    }
  }

  @Test
  void nothingToHashIsRandom() {
    RequestHash hash = RequestHash.of(List.of(HashPolicy.header("x-key")), null);
    assertEquals(99, hash.of(new Head("a", "/", List.of()), 5, counting));
    assertTrue(RequestHash.of(List.of(), null).isEmpty());
  }
}
