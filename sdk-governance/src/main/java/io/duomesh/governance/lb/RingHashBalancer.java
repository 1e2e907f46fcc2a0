package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.traffic.LbPolicy;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * By a ring of hashes with as many entries for an endpoint as its share asks for, as Envoy's is.
 */
public final class RingHashBalancer implements LoadBalancerFactory<LbPolicy.RingHash> {
  @Override
  public Class<LbPolicy.RingHash> policy() {
    return LbPolicy.RingHash.class;
  }

  @Override
  public boolean withinLocality() {
    return false;
  }

  @Override
  public Picker create(LbPolicy.RingHash policy, Candidates candidates, RandomGenerator random) {
    return Ring.of(policy, candidates);
  }

  /**
   * The ring: {@code hashes} in ascending order as unsigned numbers (their sign bit is flipped),
   * and whose each one is.
   */
  static final class Ring implements Picker {
    private final long[] hashes;
    private final int[] owners;

    private Ring(long[] hashes, int[] owners) {
      this.hashes = hashes;
      this.owners = owners;
    }

    /** How many entries there are. */
    int size() {
      return hashes.length;
    }

    /** The hash of an entry, unsigned. */
    long hash(int entry) {
      return hashes[entry] ^ Long.MIN_VALUE;
    }

    /** Whose an entry is. */
    int owner(int entry) {
      return owners[entry];
    }

    static Ring of(LbPolicy.RingHash policy, Candidates candidates) {
      double least = 1;
      for (int i = 0; i < candidates.size(); i++) {
        least = Math.min(least, candidates.share(i));
      }
      double scale =
          Math.min(Math.ceil(least * policy.minimumSize()) / least, policy.maximumSize());
      long[] hashes = new long[(int) Math.ceil(scale) + 1];
      int[] owners = new int[hashes.length];
      int count = 0;
      double target = 0;
      for (int i = 0; i < candidates.size(); i++) {
        String prefix = HashKeys.of(candidates.endpoint(i), policy.useHostname()) + "_";
        target += scale * candidates.share(i);
        for (int n = 0; count < target && count < hashes.length; n++) {
          String key = prefix + n;
          long hash = policy.murmur() ? MurmurHash2.hash(key) : XxHash64.hash(key, 0);
          hashes[count] = hash ^ Long.MIN_VALUE;
          owners[count++] = i;
        }
      }
      return sorted(Arrays.copyOf(hashes, count), owners);
    }

    private static Ring sorted(long[] hashes, int[] owners) {
      long[] ordered = hashes.clone();
      Arrays.sort(ordered);
      int[] orderedOwners = new int[hashes.length];
      for (int i = hashes.length - 1; i >= 0; i--) { // downwards: of equal hashes the first counts
        int at = Arrays.binarySearch(ordered, hashes[i]);
        while (at > 0 && ordered[at - 1] == hashes[i]) {
          at--;
        }
        orderedOwners[at] = owners[i];
      }
      for (int i = 1; i < ordered.length; i++) {
        if (ordered[i] == ordered[i - 1]) {
          orderedOwners[i] = orderedOwners[i - 1];
        }
      }
      return new Ring(ordered, orderedOwners);
    }

    @Override
    public int pick(PickContext context, int attempt) {
      int found = Arrays.binarySearch(hashes, context.hash() ^ Long.MIN_VALUE);
      int at = found >= 0 ? found : -found - 1;
      return owners[(int) (((long) at % hashes.length + attempt) % hashes.length)];
    }
  }
}
