package io.duomesh.governance.filter;

import com.fasterxml.jackson.databind.JsonNode;
import io.duomesh.traffic.HeaderMatcher;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.RateLimitRule;
import io.duomesh.traffic.RuntimeFraction;
import io.duomesh.traffic.StringMatcher;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Envoy's JSON of rate limits as our records, as far as the cases go. */
final class RateLimitJson {
  private RateLimitJson() {}

  static LocalRateLimit limit(JsonNode json) {
    return new LocalRateLimit(
        bucket(json.path("tokenBucket")),
        fraction(json.path("filterEnabled")),
        fraction(json.path("filterEnforced")),
        status(json.at("/status/code").asText()),
        json.path("rateLimitedAsResourceExhausted").asBoolean(),
        json.path("stage").asInt(),
        descriptors(json.path("descriptors")),
        rules(json.path("rateLimits")),
        json.path("alwaysConsumeDefaultTokenBucket").asBoolean(true),
        headers(json.path("responseHeadersToAdd")));
  }

  private static List<HeaderMutations.Addition> headers(JsonNode json) {
    List<HeaderMutations.Addition> headers = new ArrayList<>();
    for (JsonNode header : json) {
      headers.add(
          new HeaderMutations.Addition(
              header.at("/header/key").asText(),
              header.at("/header/value").asText(),
              HeaderMutations.Append.APPEND_IF_EXISTS_OR_ADD,
              false));
    }
    return headers;
  }

  private static int status(String name) {
    return switch (name) {
      case "ServiceUnavailable" -> 503;
      case "OK" -> 200;
      default -> 429;
    };
  }

  private static @Nullable RuntimeFraction fraction(JsonNode json) {
    JsonNode value = json.path("defaultValue");
    return json.isMissingNode()
        ? null
        : new RuntimeFraction("", value.path("numerator").asLong(), 100);
  }

  static LocalRateLimit.@Nullable TokenBucket bucket(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return null;
    }
    Duration interval =
        json.has("fillInterval_ms")
            ? Duration.ofMillis(json.get("fillInterval_ms").asLong())
            : seconds(json.get("fillInterval").asText());
    return new LocalRateLimit.TokenBucket(
        json.get("maxTokens").asLong(), json.path("tokensPerFill").asLong(1), interval);
  }

  private static Duration seconds(String text) {
    BigDecimal nanos = new BigDecimal(text.replace("s", "")).movePointRight(9);
    return Duration.ofNanos(nanos.longValueExact());
  }

  static List<LocalRateLimit.Descriptor> descriptors(JsonNode json) {
    List<LocalRateLimit.Descriptor> descriptors = new ArrayList<>();
    for (JsonNode descriptor : json) {
      LocalRateLimit.TokenBucket bucket = bucket(descriptor.path("tokenBucket"));
      descriptors.add(new LocalRateLimit.Descriptor(entries(descriptor.path("entries")), bucket));
    }
    return descriptors;
  }

  static List<LocalRateLimit.Entry> entries(JsonNode json) {
    List<LocalRateLimit.Entry> entries = new ArrayList<>();
    for (JsonNode entry : json) {
      entries.add(
          new LocalRateLimit.Entry(entry.get("key").asText(), entry.path("value").asText()));
    }
    return entries;
  }

  static List<RateLimitRule> rules(JsonNode json) {
    List<RateLimitRule> rules = new ArrayList<>();
    for (JsonNode rule : json) {
      List<RateLimitRule.Action> actions = new ArrayList<>();
      rule.path("actions").forEach(action -> actions.add(action(action)));
      rules.add(new RateLimitRule(rule.path("stage").asInt(), actions));
    }
    return rules;
  }

  private static RateLimitRule.Action action(JsonNode json) {
    String kind = json.fieldNames().next();
    JsonNode body = json.get(kind);
    boolean skip = body.path("skipIfAbsent").asBoolean();
    String key = body.path("descriptorKey").asText();
    String value = body.path("descriptorValue").asText();
    return switch (kind) {
      case "genericKey" -> new RateLimitRule.GenericKey(orElse(key, "generic_key"), value);
      case "requestHeaders" ->
          new RateLimitRule.RequestHeader(body.path("headerName").asText(), key, skip);
      case "queryParameters" ->
          new RateLimitRule.QueryParameter(body.path("queryParameterName").asText(), key, skip);
      case "headerValueMatch" ->
          new RateLimitRule.HeaderValueMatch(
              orElse(key, "header_match"),
              value,
              body.path("expectMatch").asBoolean(true),
              matchers(body.path("headers")));
      case "remoteAddress" -> new RateLimitRule.RemoteAddress();
      case "remoteAddressMatch" -> {
        List<String> ranges = new ArrayList<>();
        body.at("/addressMatcher/ranges")
            .forEach(
                r ->
                    ranges.add(
                        r.get("addressPrefix").asText() + "/" + r.path("prefixLen").asInt()));
        yield new RateLimitRule.RemoteAddressMatch(
            orElse(key, "remote_address_match"),
            value,
            body.path("defaultValue").asText(""),
            ranges,
            body.at("/addressMatcher/invertMatch").asBoolean());
      }
      case "sourceCluster" -> new RateLimitRule.SourceCluster();
      case "destinationCluster" -> new RateLimitRule.DestinationCluster();
      default -> new RateLimitRule.Unknown(kind);
    };
  }

  private static List<HeaderMatcher> matchers(JsonNode json) {
    List<HeaderMatcher> matchers = new ArrayList<>();
    for (JsonNode matcher : json) {
      String exact = matcher.at("/stringMatch/exact").asText();
      matchers.add(
          new HeaderMatcher(
              matcher.get("name").asText(),
              new HeaderMatcher.Text(StringMatcher.exact(exact)),
              false,
              false));
    }
    return matchers;
  }

  private static String orElse(String text, String other) {
    return text.isEmpty() ? other : text;
  }
}
