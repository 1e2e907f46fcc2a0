package io.duomesh.traffic;

import java.math.BigInteger;

/**
 * How an endpoint is chosen among the usable ones. Each is read by a load balancer of its class.
 */
public interface LbPolicy {
  /** In turn, by weight. */
  record RoundRobin() implements LbPolicy {}

  /** At random, weights ignored. */
  record Random() implements LbPolicy {}

  /**
   * The less busy of some drawn at random.
   *
   * @param choiceCount how many are drawn; default 2
   */
  record LeastRequest(int choiceCount) implements LbPolicy {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if none is drawn
     */
    public LeastRequest {
      Checks.atLeast("least request choice_count", choiceCount, 1);
    }
  }

  /**
   * By a ring of hashes, so that equal hashes meet the same endpoint.
   *
   * @param minimumSize fewest entries; default 1024
   * @param maximumSize most entries; default 8,388,608
   * @param murmur whether MurmurHash2 hashes the ring, else xxHash64
   * @param useHostname whether an endpoint's host name is its key
   */
  record RingHash(long minimumSize, long maximumSize, boolean murmur, boolean useHostname)
      implements LbPolicy {
    private static final long MOST = 8_388_608;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if they are no range up to 8,388,608
     */
    public RingHash {
      Checks.range("maximum_ring_size", maximumSize, 0, MOST);
      Checks.range("minimum_ring_size", minimumSize, 0, maximumSize);
    }
  }

  /**
   * By a Maglev table.
   *
   * @param tableSize a prime; default 65,537
   */
  record Maglev(long tableSize) implements LbPolicy {
    private static final long MOST = 5_000_011;

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is no prime up to 5,000,011
     */
    public Maglev {
      Checks.range("maglev table_size", tableSize, 2, MOST);
      if (!BigInteger.valueOf(tableSize).isProbablePrime(40)) {
        throw new IllegalArgumentException(
            "maglev table_size: " + tableSize + " (expected: a prime)");
      }
    }
  }

  /** In turn, by weight. */
  LbPolicy ROUND_ROBIN = new RoundRobin();
}
