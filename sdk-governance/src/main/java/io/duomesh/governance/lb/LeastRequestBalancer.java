package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.traffic.LbPolicy;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * The less busy: of some drawn at random where weights are equal, else earliest deadline first, an
 * endpoint's weight being divided by its calls in flight plus one, as in Envoy.
 */
public final class LeastRequestBalancer implements LoadBalancerFactory<LbPolicy.LeastRequest> {
  @Override
  public Class<LbPolicy.LeastRequest> policy() {
    return LbPolicy.LeastRequest.class;
  }

  @Override
  public Picker create(
      LbPolicy.LeastRequest policy, Candidates candidates, RandomGenerator random) {
    return Weights.equal(candidates)
        ? choices(candidates, Math.max(1, policy.choiceCount()))
        : new Deadlines(candidates, random.nextDouble());
  }

  private static Picker choices(Candidates candidates, int count) {
    int size = candidates.size();
    return (context, attempt) -> {
      int best = context.random().nextInt(size);
      int least = candidates.active(best);
      for (int i = 1; i < count; i++) {
        int drawn = context.random().nextInt(size);
        int active = candidates.active(drawn);
        if (active < least) {
          best = drawn;
          least = active;
        }
      }
      return best;
    };
  }

  /**
   * Each endpoint's next deadline in one slot, moved on by whoever takes its turn. A pick looks at
   * all of them: some hundred nanoseconds for some hundred endpoints, but no lock and no queue to
   * share.
   */
  private static final class Deadlines implements Picker {
    /** Most ticks of an endpoint of weight 1, so that deadlines stay comparable when they wrap. */
    private static final long MOST = 1L << 40;

    private final Candidates candidates;
    private final long[] ticks;
    private final AtomicLongArray deadlines;

    /** As if turns had been taken for a part of a round. */
    Deadlines(Candidates candidates, double part) {
      this.candidates = candidates;
      this.ticks = ticks(candidates);
      this.deadlines = new AtomicLongArray(ticks.length);
      for (int i = 0; i < ticks.length; i++) {
        long taken = (long) (part * candidates.endpoint(i).weight());
        deadlines.set(i, (taken + 1) * ticks[i]);
      }
    }

    /** Time from turn to turn of each, exact where the weights have a small common multiple. */
    private static long[] ticks(Candidates candidates) {
      long multiple = 1;
      for (int i = 0; i < candidates.size() && multiple <= MOST; i++) {
        long weight = candidates.endpoint(i).weight();
        multiple = multiple / Schedule.gcd(multiple, weight) * weight;
      }
      long[] ticks = new long[candidates.size()];
      for (int i = 0; i < ticks.length; i++) {
        ticks[i] = Math.min(multiple, MOST) / candidates.endpoint(i).weight();
      }
      return ticks;
    }

    @Override
    public int pick(PickContext context, int attempt) {
      while (true) {
        int first = 0;
        long least = deadlines.get(0);
        for (int i = 1; i < ticks.length; i++) {
          long due = deadlines.get(i);
          if (due - least < 0) {
            first = i;
            least = due;
          }
        }
        long next = least + (candidates.active(first) + 1) * ticks[first];
        if (deadlines.compareAndSet(first, least, next)) {
          return first;
        }
      }
    }
  }
}
