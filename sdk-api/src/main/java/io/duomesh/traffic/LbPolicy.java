package io.duomesh.traffic;

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
  record LeastRequest(int choiceCount) implements LbPolicy {}

  /**
   * By a ring of hashes, so that equal hashes meet the same endpoint.
   *
   * @param minimumSize fewest entries; default 1024
   * @param maximumSize most entries; default 8,388,608
   * @param murmur whether MurmurHash2 hashes the ring, else xxHash64
   * @param useHostname whether an endpoint's host name is its key
   */
  record RingHash(long minimumSize, long maximumSize, boolean murmur, boolean useHostname)
      implements LbPolicy {}

  /**
   * By a Maglev table.
   *
   * @param tableSize a prime; default 65,537
   */
  record Maglev(long tableSize) implements LbPolicy {}

  /** In turn, by weight. */
  LbPolicy ROUND_ROBIN = new RoundRobin();
}
