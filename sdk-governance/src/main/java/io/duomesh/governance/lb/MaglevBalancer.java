package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.traffic.LbPolicy;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * By a Maglev table, filled as Envoy fills it.
 *
 * @see <a href="https://research.google/pubs/pub44824/">Maglev, section 3.4</a>
 */
public final class MaglevBalancer implements LoadBalancerFactory<LbPolicy.Maglev> {
  @Override
  public Class<LbPolicy.Maglev> policy() {
    return LbPolicy.Maglev.class;
  }

  @Override
  public boolean withinLocality() {
    return false;
  }

  @Override
  public Picker create(LbPolicy.Maglev policy, Candidates candidates, RandomGenerator random) {
    int[] table = table(candidates, Math.toIntExact(policy.tableSize()));
    return (context, attempt) ->
        // a rejected choice flips the hash: 2^64 - attempt, nothing for the first
        table[(int) Long.remainderUnsigned(context.hash() ^ -(long) attempt, table.length)];
  }

  /** The endpoint of each slot. */
  static int[] table(Candidates candidates, int size) {
    Filler[] fillers = new Filler[candidates.size()];
    double most = 0;
    for (int i = 0; i < fillers.length; i++) {
      fillers[i] = new Filler(HashKeys.of(candidates.endpoint(i), false), size);
      most = Math.max(most, candidates.share(i));
    }
    int[] table = new int[size];
    Arrays.fill(table, -1);
    int filled = 0;
    for (long turn = 1; true; turn++) {
      for (int i = 0; i < fillers.length; i++) {
        Filler filler = fillers[i];
        if (turn * candidates.share(i) < filler.target) {
          continue; // the heaviest takes every turn, others as often as their weight allows
        }
        filler.target += most;
        table[filler.nextFree(table)] = i;
        if (++filled == size) {
          return table;
        }
      }
    }
  }

  /** An endpoint's way through the table. */
  private static final class Filler {
    private final long skip;
    private long at;
    private double target;

    Filler(String key, int size) {
      this.at = Long.remainderUnsigned(XxHash64.hash(key, 0), size);
      this.skip = size == 1 ? 0 : Long.remainderUnsigned(XxHash64.hash(key, 1), size - 1) + 1;
    }

    int nextFree(int[] table) {
      while (table[(int) at] >= 0) {
        at = (at + skip) % table.length;
      }
      return (int) at;
    }
  }
}
