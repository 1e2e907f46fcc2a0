package io.duomesh.xds;

import com.google.protobuf.Any;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.xds.proto.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.duomesh.xds.proto.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code RetryPolicy}. */
final class RetryPolicyParser {
  private static final Duration BASE = Duration.ofMillis(25);
  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration LONGEST_RESET = Duration.ofSeconds(300);

  private RetryPolicyParser() {}

  static RetryPolicy parse(io.duomesh.xds.proto.envoy.config.route.v3.RetryPolicy policy) {
    var backOff = policy.getRetryBackOff();
    Duration base = policy.hasRetryBackOff() ? positive(backOff.getBaseInterval()) : BASE;
    Duration max =
        backOff.hasMaxInterval() ? positive(backOff.getMaxInterval()) : base.multipliedBy(10);
    TimeoutsParser.duration("per_try_idle_timeout", policy.getPerTryIdleTimeout());
    for (var predicate : policy.getRetryHostPredicateList()) {
      if (!predicate.hasTypedConfig()) {
        throw new IllegalArgumentException(
            "retry_host_predicate " + predicate.getName() + " has no typed_config");
      }
    }
    if (max.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "retry_back_off.max_interval must be greater than or equal to the base_interval");
    }
    return new RetryPolicy(
        conditions(policy.getRetryOn()),
        policy.hasNumRetries() ? number(policy.getNumRetries().getValue()) : 1,
        policy.hasPerTryTimeout()
            ? TimeoutsParser.duration("per_try_timeout", policy.getPerTryTimeout())
            : null,
        Set.copyOf(policy.getRetriableStatusCodesList()),
        FieldPath.each(
            "retriable_headers", policy.getRetriableHeadersList(), HeaderMatcherParser::parse),
        base,
        max,
        policy.getRetryHostPredicateList().stream()
            .anyMatch(
                predicate ->
                    predicate.getTypedConfig().is(PreviousHostsPredicate.class)
                        || predicate.getName().endsWith("previous_hosts")),
        priorityUpdateFrequency(policy.getRetryPriority().getTypedConfig()),
        (int) Math.max(1, Math.min(1000, policy.getHostSelectionRetryMaxAttempts())),
        policy.hasRateLimitedRetryBackOff()
            ? rateLimited(policy.getRateLimitedRetryBackOff())
            : null);
  }

  private static RetryPolicy.RateLimitedBackOff rateLimited(
      io.duomesh.xds.proto.envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff backOff) {
    if (backOff.getResetHeadersCount() == 0) {
      throw new IllegalArgumentException(
          "rate_limited_retry_back_off.reset_headers is empty (expected: at least one)");
    }
    List<RetryPolicy.ResetHeader> headers = new ArrayList<>();
    for (var header : backOff.getResetHeadersList()) {
      if (header.getName().isEmpty()) {
        throw new IllegalArgumentException(
            "rate_limited_retry_back_off.reset_headers has one without a name");
      }
      headers.add(
          new RetryPolicy.ResetHeader(
              header.getName().toLowerCase(Locale.ROOT), header.getFormatValue() == 1));
    }
    Duration longest =
        backOff.hasMaxInterval()
            ? TimeoutsParser.duration(
                "rate_limited_retry_back_off.max_interval", backOff.getMaxInterval())
            : LONGEST_RESET;
    if (longest.isZero() || longest.isNegative()) {
      throw new IllegalArgumentException(
          "rate_limited_retry_back_off.max_interval is " + longest + " (expected: above 0)");
    }
    return new RetryPolicy.RateLimitedBackOff(headers, longest);
  }

  private static int priorityUpdateFrequency(Any config) {
    return config.is(PreviousPrioritiesConfig.class)
        ? number(Anys.unpack(config, PreviousPrioritiesConfig.class).getUpdateFrequency())
        : 0;
  }

  /** A {@code uint32} as an {@code int}: beyond that all numbers mean as many as you like. */
  private static int number(int unsigned) {
    return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
  }

  private static Set<String> conditions(String retryOn) {
    Set<String> conditions = new LinkedHashSet<>();
    for (String condition : retryOn.split(",")) {
      if (!condition.isBlank()) {
        conditions.add(condition.strip());
      }
    }
    return conditions;
  }

  private static Duration positive(com.google.protobuf.Duration duration) {
    Duration read = TimeoutsParser.duration("retry_back_off", duration);
    return read.compareTo(LEAST) < 0 ? LEAST : read;
  }
}
