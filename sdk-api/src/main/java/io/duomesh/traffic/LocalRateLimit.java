package io.duomesh.traffic;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit that this process enforces on its own ({@code
 * extensions.filters.http.local_ratelimit.v3.LocalRateLimit}).
 *
 * @param bucket the default bucket; null where only descriptors limit
 * @param enabled share of calls that the limit looks at; null for none, as in Envoy
 * @param enforced share of those that it may refuse; null for none, as in Envoy
 * @param status HTTP status of a refusal; default 429
 * @param resourceExhausted whether a refused gRPC call ends as {@code RESOURCE_EXHAUSTED} instead
 *     of {@code UNAVAILABLE}
 * @param stage stage of the rate-limit rules it reads
 * @param descriptors buckets of their own for matching descriptors
 * @param rules rules of its own, in place of the route's; empty for the route's
 * @param alwaysConsumeDefault whether the default bucket is asked even where a descriptor matched
 * @param responseHeaders headers of a refusal
 * @param hostRules when the virtual host's rules count beside the route's
 * @param rateLimitHeaders whether answers tell of the bucket that decided, in {@code
 *     x-ratelimit-limit}, {@code -remaining} and {@code -reset} (seconds until the next token)
 */
public record LocalRateLimit(
    @Nullable TokenBucket bucket,
    @Nullable RuntimeFraction enabled,
    @Nullable RuntimeFraction enforced,
    int status,
    boolean resourceExhausted,
    int stage,
    List<Descriptor> descriptors,
    List<RateLimitRule> rules,
    boolean alwaysConsumeDefault,
    List<HeaderMutations.Addition> responseHeaders,
    HostRules hostRules,
    boolean rateLimitHeaders) {

  /** When a virtual host's rate-limit rules count ({@code VhRateLimitsOptions}). */
  public enum HostRules {
    /** Where the route has none of its own; the default. */
    OVERRIDE,
    /** After the route's. */
    INCLUDE,
    /** Never. */
    IGNORE
  }

  /** With the host's rules where the route has none, and answers that tell of no bucket. */
  public LocalRateLimit(
      @Nullable TokenBucket bucket,
      @Nullable RuntimeFraction enabled,
      @Nullable RuntimeFraction enforced,
      int status,
      boolean resourceExhausted,
      int stage,
      List<Descriptor> descriptors,
      List<RateLimitRule> rules,
      boolean alwaysConsumeDefault,
      List<HeaderMutations.Addition> responseHeaders) {
    this(
        bucket,
        enabled,
        enforced,
        status,
        resourceExhausted,
        stage,
        descriptors,
        rules,
        alwaysConsumeDefault,
        responseHeaders,
        HostRules.OVERRIDE,
        false);
  }

  /** Copies the lists. */
  public LocalRateLimit {
    descriptors = List.copyOf(descriptors);
    rules = List.copyOf(rules);
    responseHeaders = List.copyOf(responseHeaders);
  }

  /** A limit for all calls, enforced. */
  public static LocalRateLimit of(TokenBucket bucket) {
    RuntimeFraction all = RuntimeFraction.percent(100);
    return new LocalRateLimit(
        bucket, all, all, 429, false, 0, List.of(), List.of(), true, List.of());
  }

  /**
   * Tokens that calls take ({@code type.v3.TokenBucket}); they flow continuously.
   *
   * @param maxTokens most tokens, and those at the start
   * @param tokensPerFill tokens per interval
   * @param fillInterval the interval
   */
  public record TokenBucket(long maxTokens, long tokensPerFill, Duration fillInterval) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if nothing would ever flow
     */
    public TokenBucket {
      Checks.atLeast("token bucket max_tokens", maxTokens, 0);
      Checks.atLeast("token bucket tokens_per_fill", tokensPerFill, 1);
      Checks.positive("token bucket fill_interval", fillInterval);
    }
  }

  /**
   * A bucket for requests whose descriptor has these entries.
   *
   * @param entries keys and values, in order; an empty value stands for any
   * @param bucket their bucket
   */
  public record Descriptor(List<Entry> entries, TokenBucket bucket) {
    /** Copies the list. */
    public Descriptor {
      entries = List.copyOf(entries);
    }
  }

  /**
   * A descriptor entry.
   *
   * @param key its key
   * @param value its value; empty for any
   */
  public record Entry(String key, String value) {}
}
