package io.duomesh.governance.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.duomesh.Metadata;
import io.duomesh.governance.lb.Cases;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.LocalRateLimit.Entry;
import io.duomesh.traffic.RateLimitRule;
import io.duomesh.traffic.RuntimeFraction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Envoy's own unit tests of buckets and descriptors, and what the real one let through. */
class RateLimitCasesTest {
  /** Actions that are not offered: a limit that needs them does not act. */
  private static final Set<String> OFFERED =
      Set.of(
          "generic_key",
          "request_headers",
          "query_parameters",
          "header_value_match",
          "remote_address",
          "remote_address_match",
          "destination_cluster");

  @TestFactory
  Stream<DynamicTest> buckets() {
    return Cases.of("local-ratelimit")
        .filter(c -> c.has("steps"))
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> bucket(c)));
  }

  private static void bucket(JsonNode testCase) {
    AtomicLong clock = new AtomicLong();
    RuntimeFraction all = RuntimeFraction.percent(100);
    LocalRateLimit config =
        new LocalRateLimit(
            RateLimitJson.bucket(testCase.path("defaultTokenBucket")),
            all,
            all,
            429,
            false,
            0,
            RateLimitJson.descriptors(testCase.path("descriptors")),
            List.of(),
            testCase.path("alwaysConsumeDefaultTokenBucket").asBoolean(true),
            List.of());
    LocalRateLimiter limiter = new LocalRateLimiter(config, "site", clock::get);
    for (JsonNode step : testCase.get("steps")) {
      if (step.get("op").asText().equals("advance")) {
        clock.addAndGet(step.get("ms").asLong() * 1_000_000);
      } else if (step.get("op").asText().equals("request")) {
        List<List<Entry>> requested = new ArrayList<>();
        step.path("descriptors")
            .forEach(d -> requested.add(RateLimitJson.entries(d.path("entries"))));
        assertEquals(
            step.get("expectAllowed").asBoolean(), limiter.take(requested) == null, step::toString);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> descriptors() {
    return Cases.of("ratelimit-descriptors")
        .filter(c -> c.path("expect").has("descriptors") && c.has("rateLimit"))
        .filter(c -> offered(c.path("features")))
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> descriptor(c)));
  }

  private static boolean offered(JsonNode features) {
    boolean formats = features.toString().contains("\"remote_address_match\"");
    for (JsonNode feature : features) {
      if (formats && feature.asText().equals("substitution_formatter")) {
        continue; // of this action alone
      }
      if (!OFFERED.contains(feature.asText())) {
        return false;
      }
    }
    return true;
  }

  private static void descriptor(JsonNode testCase) {
    List<RateLimitRule> rules =
        RateLimitJson.rules(JsonNodeFactory.instance.arrayNode().add(testCase.get("rateLimit")));
    List<List<Entry>> expected = new ArrayList<>();
    testCase
        .at("/expect/descriptors")
        .forEach(d -> expected.add(RateLimitJson.entries(d.path("entries"))));
    JsonNode context = testCase.get("context");
    CallHead head =
        head(
            testCase,
            context.path("remoteAddress").textValue(),
            context.path("destinationCluster").asText());
    int stage = testCase.path("stage").asInt(0);
    assertEquals(expected, Descriptors.of(rules, stage).of(head));
  }

  private static CallHead head(JsonNode request, String peer, String cluster) {
    Metadata.Builder headers = Metadata.builder();
    String path = request.path("path").asText("/");
    for (JsonNode header : request.path("headers")) {
      if (header.get(0).asText().equals(":path")) {
        path = header.get(1).asText();
      } else {
        headers.add(header.get(0).asText(), header.get(1).asText());
      }
    }
    return new CallHead("host", path, headers.build(), peer, cluster);
  }

  @TestFactory
  Stream<DynamicTest> requestsAreLetThroughAsByEnvoy() {
    return Cases.of("oracle-local-ratelimit")
        .filter(RateLimitCasesTest::comparable)
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> requests(c)));
  }

  /** Not those of time lines, of chance, of levels (the runtime's work) and of what is missing. */
  private static boolean comparable(JsonNode experiment) {
    String id = experiment.get("id").asText();
    return !id.contains("timeline")
        && !id.startsWith("per-")
        && !id.startsWith("not-per-")
        && !id.startsWith("enabled-50")
        && !id.equals("enabled-100-enforced-50")
        && !id.equals("desc-disable-key")
        && !id.equals("desc-hits-addend")
        && !id.equals("action-masked-remote-address")
        && !id.equals("action-source-cluster")
        && !id.equals("action-query-parameter-value-match")
        && !id.equals("action-metadata-default")
        && !id.equals("desc-wildcard-lru"); // the number of buckets is not configurable
  }

  private static void requests(JsonNode experiment) {
    AtomicLong clock = new AtomicLong();
    LocalRateLimit own = RateLimitJson.limit(experiment.at("/filters/0/typedConfig"));
    List<RateLimitRule> rules = own.rules().isEmpty() ? rules(experiment) : own.rules();
    LocalRateLimit config =
        new LocalRateLimit(
            own.bucket(),
            own.enabled(),
            own.enforced(),
            own.status(),
            own.resourceExhausted(),
            own.stage(),
            own.descriptors(),
            rules,
            own.alwaysConsumeDefault(),
            own.responseHeaders());
    LocalRateLimiter limiter = new LocalRateLimiter(config, "site", clock::get);
    for (int i = 0; i < experiment.get("steps").size(); i++) {
      JsonNode step = experiment.get("steps").get(i);
      clock.addAndGet((long) (step.path("wait").asDouble() * 1e9));
      JsonNode order = experiment.get("outcome").get(i).path("order");
      for (int n = 0; n < step.path("count").asInt(step.has("request") ? 1 : 0); n++) {
        CallHead head = head(step.get("request"), "127.0.0.1", "c");
        boolean allowed = config.enabled() == null || limiter.check(head) == null;
        if (order.has(n)) {
          assertEquals(order.get(n).isInt(), allowed, "request " + n + " of " + step);
        }
      }
    }
  }

  /** The route's rules, and its host's where it has none or includes them. */
  private static List<RateLimitRule> rules(JsonNode experiment) {
    JsonNode host = experiment.at("/routeConfig/virtualHosts/0");
    JsonNode route = host.at("/routes/0/route");
    List<RateLimitRule> ofRoute = RateLimitJson.rules(route.path("rateLimits"));
    List<RateLimitRule> all = new ArrayList<>(ofRoute);
    String vh = experiment.at("/filters/0/typedConfig/vhRateLimits").asText();
    boolean included = route.path("includeVhRateLimits").asBoolean() || vh.equals("INCLUDE");
    if ((ofRoute.isEmpty() && !vh.equals("IGNORE")) || included) {
      all.addAll(RateLimitJson.rules(host.path("rateLimits")));
    }
    return all;
  }
}
