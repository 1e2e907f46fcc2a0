package io.duomesh.examples.quickstart;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.duomesh.Status;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.type.v3.TokenBucket;

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
}
