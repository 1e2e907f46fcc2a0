package io.duomesh.governance.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.lb.Cases;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.StringMatcher;
import io.duomesh.transport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each outcome of an attempt, under each condition, must be tried again as often as by Envoy. */
class RetryOracleTest {
  @Test
  void outcomesAreTriedAgainAsByEnvoy() {
    List<JsonNode> cases = Cases.of("oracle-retry").toList();
    JsonNode outcomes = cases.get(0).get("outcomes");
    List<String> differing = new ArrayList<>();
    int compared = 0;
    for (JsonNode experiment : cases.subList(1, cases.size())) {
      RetryRule rule = RetryRule.compile(policy(experiment.get("retryPolicy")));
      for (Map.Entry<String, JsonNode> entry : experiment.get("attempts").properties()) {
        Outcome outcome = outcome(entry.getKey(), outcomes.get(entry.getKey()));
        if (outcome.status().isOk()) {
          continue; // never tried again here, even where a policy names status 200
        }
        compared++;
        int retries = 0;
        while (rule.again(outcome, retries)) {
          retries++;
        }
        if (retries + 1 != entry.getValue().asInt()) {
          differing.add(experiment.get("id").asText() + " " + entry + ": " + (retries + 1));
        }
      }
    }
    assertEquals(List.of(), differing);
    assertTrue(compared >= 1300, "compared: " + compared);
  }

  private static RetryPolicy policy(JsonNode json) {
    Set<Integer> codes = new HashSet<>();
    json.path("retriableStatusCodes").forEach(c -> codes.add(c.asInt()));
    List<HeaderMatcher> headers = new ArrayList<>();
    for (JsonNode header : json.path("retriableHeaders")) {
      HeaderMatcher.Test test =
          header.has("stringMatch")
              ? new HeaderMatcher.Text(
                  StringMatcher.exact(header.at("/stringMatch/exact").asText()))
              : new HeaderMatcher.Present(true);
      headers.add(new HeaderMatcher(header.get("name").asText(), test, false, false));
    }
    return new RetryPolicy(
        Set.of(json.path("retryOn").asText().split(",")),
        json.path("numRetries").asInt(1),
        null,
        codes,
        headers,
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        false,
        0,
        1);
  }

  /** What a transport would say of what the upstream did. */
  private static Outcome outcome(String path, JsonNode did) {
    if (path.startsWith("/down") || path.startsWith("/black")) {
      return Outcome.of(failure(ResponseFlag.UF).withUnprocessed(true));
    }
    String reset = did.path("reset").asText();
    int http = did.path("status").asInt(200);
    if (!reset.isEmpty() && !did.has("body")) {
      boolean unprocessed = reset.equals("rst:7") || reset.equals("goaway");
      boolean stream = reset.startsWith("rst") || unprocessed;
      return Outcome.of(
          failure(stream ? ResponseFlag.UR : ResponseFlag.UC).withUnprocessed(unprocessed));
    }
    if (!reset.isEmpty()) {
      return new Outcome(failure(ResponseFlag.UR), Metadata.EMPTY, http, false, true);
    }
    Metadata headers = metadata(did.path("headers"));
    Metadata trailers = metadata(did.path("trailers"));
    String inHeaders = headers.get("grpc-status");
    if (inHeaders != null) {
      return new Outcome(response(Integer.parseInt(inHeaders)), headers, http, true, true);
    }
    String inTrailers = trailers.get("grpc-status");
    if (inTrailers != null) {
      return new Outcome(response(Integer.parseInt(inTrailers)), trailers, http, false, true);
    }
    return new Outcome(response(http == 200 ? 0 : 2), headers, http, false, true);
  }

  private static Status failure(ResponseFlag flag) {
    return Status.transport(Status.Code.UNAVAILABLE, "gone").withFlag(flag);
  }

  private static Status response(int code) {
    return code == 0 ? Status.OK : Status.remote(Status.Code.of(code), "said so");
  }

  private static Metadata metadata(JsonNode pairs) {
    Metadata.Builder builder = Metadata.builder();
    pairs.forEach(pair -> builder.add(pair.get(0).asText(), pair.get(1).asText()));
    return builder.build();
  }
}
