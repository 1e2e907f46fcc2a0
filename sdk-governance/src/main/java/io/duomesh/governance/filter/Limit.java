package io.duomesh.governance.filter;

import io.duomesh.Status;
import io.duomesh.traffic.LocalRateLimit;

/**
 * A bucket and what a call is told that finds it empty.
 *
 * @param bucket the tokens
 * @param refusal the status, made once
 */
record Limit(TokenBucket bucket, Status refusal) {

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
    return new Limit(new TokenBucket(spec, now), base.withMessage(message));
  }
}
