package io.duomesh.governance.filter;

import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.traffic.LocalRateLimit;

/**
 * A bucket and what a call is told that finds it empty.
 *
 * @param bucket the tokens
 * @param most tokens of a full bucket
 * @param refusal the status, made once
 */
record Limit(TokenBucket bucket, long most, Status refusal) {

  /**
   * A full bucket.
   *
   * @param name which limit it is, for the message
   * @param base code and flag of a refusal
   */
  static Limit of(LocalRateLimit.TokenBucket spec, String name, Status base, long now) {
    String message =
        "rate limit "
            + name
            + " refused the call: its "
            + spec.maxTokens()
            + " tokens, "
            + spec.tokensPerFill()
            + " more every "
            + spec.fillInterval().toMillis()
            + " ms, are used up; call less often, or raise the limit";
    return new Limit(new TokenBucket(spec, now), spec.maxTokens(), base.withMessage(message));
  }

  /** What a caller is told of it. */
  Metadata headers(long now) {
    return Metadata.of(
        "x-ratelimit-limit",
        Long.toString(most),
        "x-ratelimit-remaining",
        Long.toString(bucket.tokens(now)),
        "x-ratelimit-reset",
        Long.toString(bucket.secondsToNext(now)));
  }
}
