package io.duomesh.xds;

import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.xds.proto.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.duomesh.xds.proto.envoy.type.v3.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code envoy.filters.http.local_ratelimit}. */
public final class LocalRateLimitParser
    extends MessageFilterParser<
        io.duomesh.xds.proto.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit> {
  private static final Duration LEAST_FILL_INTERVAL = Duration.ofMillis(50);
  private static final int TOO_MANY_REQUESTS = 429;

  /** The one version that there is of {@code x-ratelimit-*}. */
  private static final int DRAFT_VERSION_03 = 1;

  /** For the service loader. */
  public LocalRateLimitParser() {
    super(
        io.duomesh.xds.proto.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
            .getDefaultInstance());
  }

  @Override
  Object value(
      io.duomesh.xds.proto.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit limit) {
    int status = limit.getStatus().getCodeValue();
    return new LocalRateLimit(
        limit.hasTokenBucket() ? bucket(limit.getTokenBucket()) : null,
        limit.hasFilterEnabled() ? CommonParsers.fraction(limit.getFilterEnabled()) : null,
        limit.hasFilterEnforced() ? CommonParsers.fraction(limit.getFilterEnforced()) : null,
        status < 400 ? TOO_MANY_REQUESTS : status,
        limit.getRateLimitedAsResourceExhausted(),
        limit.getStage(),
        descriptors(limit.getDescriptorsList()),
        limit.getRateLimitsList().stream().map(RateLimitRuleParser::parse).toList(),
        !limit.hasAlwaysConsumeDefaultTokenBucket()
            || limit.getAlwaysConsumeDefaultTokenBucket().getValue(),
        HeaderMutationsParser.parse(
                List.of(), List.of(), limit.getResponseHeadersToAddList(), List.of())
            .responseAdd(),
        switch (limit.getVhRateLimitsValue()) {
          case 1 -> LocalRateLimit.HostRules.INCLUDE;
          case 2 -> LocalRateLimit.HostRules.IGNORE;
          default -> LocalRateLimit.HostRules.OVERRIDE;
        },
        limit.getEnableXRatelimitHeadersValue() == DRAFT_VERSION_03);
  }

  private static LocalRateLimit.TokenBucket bucket(TokenBucket bucket) {
    Duration interval = CommonParsers.duration(bucket.getFillInterval());
    if (interval.compareTo(LEAST_FILL_INTERVAL) < 0) {
      throw new IllegalArgumentException(
          "token_bucket.fill_interval is " + interval + ", must be at least 50 ms");
    }
    return new LocalRateLimit.TokenBucket(
        Integer.toUnsignedLong(bucket.getMaxTokens()),
        bucket.hasTokensPerFill()
            ? Integer.toUnsignedLong(bucket.getTokensPerFill().getValue())
            : 1,
        interval);
  }

  private static List<LocalRateLimit.Descriptor> descriptors(List<LocalRateLimitDescriptor> all) {
    List<LocalRateLimit.Descriptor> descriptors = new ArrayList<>();
    Set<List<LocalRateLimit.Entry>> seen = new HashSet<>();
    for (LocalRateLimitDescriptor descriptor : all) {
      List<LocalRateLimit.Entry> entries =
          descriptor.getEntriesList().stream()
              .map(entry -> new LocalRateLimit.Entry(entry.getKey(), entry.getValue()))
              .toList();
      if (!seen.add(entries)) {
        throw new IllegalArgumentException("descriptors has " + entries + " twice");
      }
      descriptors.add(new LocalRateLimit.Descriptor(entries, bucket(descriptor.getTokenBucket())));
    }
    return descriptors;
  }
}
