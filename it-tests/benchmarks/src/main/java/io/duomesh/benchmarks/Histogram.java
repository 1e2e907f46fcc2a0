package io.duomesh.benchmarks;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts of durations, to 1/{@value #STEPS} of their size: each power of two is cut into as many
 * equal steps. For any number of threads.
 */
final class Histogram {
  private static final int STEPS = 32;
  private static final int STEP_BITS = 5;

  private final AtomicLongArray counts = new AtomicLongArray((Long.SIZE - STEP_BITS) * STEPS);

  void record(long nanos) {
    counts.incrementAndGet(slot(Math.max(0, nanos)));
  }

  void clear() {
    for (int i = 0; i < counts.length(); i++) {
      counts.set(i, 0);
    }
  }

  /** The least value that this share of all is not above, to the precision of the steps. */
  long quantile(double share) {
    long all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    long wanted = Math.max(1, (long) Math.ceil(share * all));
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return lowest(i);
      }
    }
    return 0;
  }

  /** Values below {@value #STEPS} have a slot each; above, the highest bits choose. */
  private static int slot(long value) {
    int shift = Math.max(0, Long.SIZE - STEP_BITS - 1 - Long.numberOfLeadingZeros(value));
    return shift * STEPS + (int) (value >>> shift);
  }

  private static long lowest(int slot) {
    int shift = Math.max(0, slot / STEPS - 1);
    return (long) (slot - shift * STEPS) << shift;
  }
}
