package io.duomesh.governance.lb;

import java.util.PriorityQueue;

/**
 * Turns by weight, earliest deadline first, as Envoy takes them: entry i is due at 1/w, 2/w, …; of
 * those due at once, the one that waits longest. The order repeats after one period, so it is
 * computed once and then only counted through.
 */
final class Schedule {
  /** Longest period; weights that need a longer one are rounded to parts of it. */
  private static final int LONGEST = 1 << 14;

  private Schedule() {}

  /** The indices of one period. */
  static int[] of(double[] weights) {
    long[] parts = parts(weights);
    long total = 0;
    PriorityQueue<Turn> queue = new PriorityQueue<>();
    for (int i = 0; i < parts.length; i++) {
      total += parts[i];
      if (parts[i] > 0) {
        queue.add(new Turn(i, parts[i], 1, i));
      }
    }
    int[] order = new int[(int) total];
    long count = parts.length;
    for (int i = 0; i < order.length; i++) {
      Turn next = queue.remove();
      order[i] = next.index;
      queue.add(new Turn(next.index, next.weight, next.turn + 1, count++));
    }
    return order;
  }

  /** Small whole numbers in the ratio of the weights. */
  private static long[] parts(double[] weights) {
    double sum = 0;
    boolean whole = true;
    for (double weight : weights) {
      sum += weight;
      whole &= weight == Math.rint(weight) && weight < 1L << 32;
    }
    int longest = Math.max(LONGEST, 4 * weights.length);
    long[] parts = new long[weights.length];
    if (whole) {
      long divisor = 0;
      for (int i = 0; i < weights.length; i++) {
        parts[i] = (long) weights[i];
        divisor = gcd(parts[i], divisor);
      }
      if (sum / divisor <= longest) {
        for (int i = 0; i < parts.length; i++) {
          parts[i] /= divisor;
        }
        return parts;
      }
    }
    for (int i = 0; i < parts.length; i++) {
      parts[i] = weights[i] == 0 ? 0 : Math.max(1, Math.round(weights[i] / sum * longest));
    }
    return parts;
  }

  static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /**
   * Turn number {@code turn} of an entry, due at {@code turn / weight}; {@code since} breaks ties.
   */
  private record Turn(int index, long weight, long turn, long since) implements Comparable<Turn> {
    @Override
    public int compareTo(Turn other) {
      int byDeadline = Long.compare(turn * other.weight, other.turn * weight);
      return byDeadline != 0 ? byDeadline : Long.compare(since, other.since);
    }
  }
}
