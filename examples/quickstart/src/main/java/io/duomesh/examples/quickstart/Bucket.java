package io.duomesh.examples.quickstart;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.duomesh.Status;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import java.util.Locale;

/**
 * The rate limit of a route.
 *
 * @param tokens calls that pass at once
 * @param perSecond calls that pass in each second after
 * @param refusal the status of the others
 */
record Bucket(long tokens, double perSecond, Status.Code refusal) {
  /**
   * Reads it.
   *
   * @throws StepFailed if the route has none
   */
  static Bucket of(MeshRoute route) {
    for (Any config : route.route().getTypedPerFilterConfigMap().values()) {
      if (config.is(LocalRateLimit.class)) {
        try {
          return of(config.unpack(LocalRateLimit.class));
        } catch (InvalidProtocolBufferException e) {
          throw new StepFailed(route + ": " + e.getMessage());
        }
      }
    }
    throw new StepFailed(route + " has no LocalRateLimit");
  }

  private static Bucket of(LocalRateLimit limit) {
    // where either is absent, as Envoy has it, no call is limited
    if (percent(limit.getFilterEnabled()) < 100 || percent(limit.getFilterEnforced()) < 100) {
      throw new StepFailed(
          String.format(
              Locale.ROOT,
              "the LocalRateLimit is not for all calls: filter_enabled %.4g %%, filter_enforced %.4g"
                  + " %% (expected: both 100 %%, or its refusals cannot be counted)",
              percent(limit.getFilterEnabled()),
              percent(limit.getFilterEnforced())));
    }
    TokenBucket bucket = limit.getTokenBucket();
    Duration interval = bucket.getFillInterval();
    long perFill = bucket.hasTokensPerFill() ? bucket.getTokensPerFill().getValue() : 1;
    double seconds = interval.getSeconds() + interval.getNanos() / 1e9;
    return new Bucket(
        bucket.getMaxTokens(),
        seconds == 0 ? 0 : perFill / seconds,
        limit.getRateLimitedAsResourceExhausted()
            ? Status.Code.RESOURCE_EXHAUSTED
            : Status.Code.UNAVAILABLE);
  }

  private static double percent(RuntimeFractionalPercent share) {
    FractionalPercent value = share.getDefaultValue();
    return switch (value.getDenominator()) {
      case TEN_THOUSAND -> value.getNumerator() / 1e2;
      case MILLION -> value.getNumerator() / 1e4;
      default -> value.getNumerator();
    };
  }
}
