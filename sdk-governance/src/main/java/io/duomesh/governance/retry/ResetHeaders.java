package io.duomesh.governance.retry;

import io.duomesh.traffic.RetryPolicy;
import io.duomesh.transport.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads from a response when it wants to be asked again, as Envoy does. */
final class ResetHeaders {
  private ResetHeaders() {}

  /**
   * The wait that a response asks for, by the first header that holds a number in bounds.
   *
   * @param clock milliseconds since 1970
   * @return 0 where it asks for none
   */
  static long nanos(RetryPolicy policy, Outcome ended, LongSupplier clock) {
    RetryPolicy.RateLimitedBackOff allowed = policy.rateLimitedBackOff();
    if (allowed == null) {
      return 0;
    }
    for (RetryPolicy.ResetHeader header : allowed.resetHeaders()) {
      long seconds = number(ended.trailers().get(header.name()));
      if (header.unixTimestamp()) {
        seconds -= TimeUnit.MILLISECONDS.toSeconds(clock.getAsLong());
      }
      if (seconds > 0 && seconds <= allowed.longest().toSeconds()) {
        return TimeUnit.SECONDS.toNanos(seconds);
      }
    }
    return 0;
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? 0 : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      return 0; // not a number: the next header may hold one
    }
  }
}
