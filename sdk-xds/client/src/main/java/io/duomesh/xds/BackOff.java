package io.duomesh.xds;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next stream, and since when it has been tried in vain. */
final class BackOff {
  private static final long LEAST_MILLIS = 1_000;
  private static final long MOST_MILLIS = 30_000;
  private static final double JITTER = 0.2;

  private final RandomGenerator random;
  private int failures;
  private long since = System.nanoTime();
  private boolean succeeded = true;

  BackOff(RandomGenerator random) {
    this.random = random;
  }

  /** An attempt starts. */
  void connecting() {
    if (succeeded) {
      succeeded = false;
      since = System.nanoTime();
    }
  }

  /** A response came; true if attempts had failed before. */
  boolean recovered() {
    boolean again = failures > 0;
    failures = 0;
    succeeded = true;
    return again;
  }

  /**
   * Time until the next attempt: doubling from 1 s to 30 s, less than 1 s after a stream that
   * worked.
   */
  Duration next(boolean responded) {
    if (responded) {
      failures = 0;
      return Duration.ofMillis((long) (LEAST_MILLIS * random.nextDouble()));
    }
    long base = Math.min(LEAST_MILLIS << Math.min(failures, 10), MOST_MILLIS);
    failures++;
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return Duration.ofMillis(Math.min((long) (base * factor), MOST_MILLIS));
  }

  /** Time since the first attempt that has had no answer. */
  Duration trying() {
    return Duration.ofNanos(System.nanoTime() - since);
  }
}
