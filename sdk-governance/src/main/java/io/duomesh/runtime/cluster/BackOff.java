package io.duomesh.runtime.cluster;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** How long to wait before connecting again: doubling, with jitter, bounded. */
final class BackOff {
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private BackOff() {}

  /** The wait after a number of failures in a row, at least 1. */
  static long nanos(int failures) {
    long wait = FIRST_NANOS << Math.min(failures - 1, 10);
    long bounded = Math.min(wait, LONGEST_NANOS);
    return bounded - ThreadLocalRandom.current().nextLong(bounded / 5);
  }
}
