package io.duomesh.governance.filter;

import io.duomesh.traffic.LocalRateLimit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tokens that flow continuously, as in Envoy: all that is kept is the time at which the bucket
 * would have been empty, moved on by whoever takes a token. For any thread; no lock.
 */
final class TokenBucket {
  private final double most;
  private final double nanosPerToken;
  private final long start;

  /** Bits of a double: nanoseconds after {@code start}. */
  private final AtomicLong emptyAt;

  /** A full bucket. */
  TokenBucket(LocalRateLimit.TokenBucket spec, long now) {
    this.most = spec.maxTokens();
    this.nanosPerToken = (double) spec.fillInterval().toNanos() / spec.tokensPerFill();
    this.start = now;
    this.emptyAt = new AtomicLong(Double.doubleToRawLongBits(-most * nanosPerToken));
  }

  /** Whole tokens that are there now. */
  long tokens(long now) {
    return (long) Math.max(0, flowed(now - start, emptyAt.get()));
  }

  /** Seconds, rounded up, until there is a token; 0 where there is one. */
  long secondsToNext(long now) {
    double missing = 1 - flowed(now - start, emptyAt.get());
    return missing <= 0 ? 0 : (long) Math.ceil(missing * nanosPerToken / 1e9);
  }

  private double flowed(double time, long emptyBits) {
    return Math.min(most, (time - Double.longBitsToDouble(emptyBits)) / nanosPerToken);
  }

  /** Takes a token if there is one. */
  boolean take(long now) {
    double time = now - start;
    while (true) {
      long before = emptyAt.get();
      double tokens = flowed(time, before);
      if (tokens < 1) {
        return false;
      }
      double after = time - (tokens - 1) * nanosPerToken;
      if (emptyAt.compareAndSet(before, Double.doubleToRawLongBits(after))) {
        return true;
      }
    }
  }
}
