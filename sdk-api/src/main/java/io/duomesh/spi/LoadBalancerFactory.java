package io.duomesh.spi;

import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import java.util.random.RandomGenerator;

/**
 * Makes the load balancer of a policy. Found by {@link java.util.ServiceLoader}, by the class of
 * the policy; two for one class are an error.
 *
 * @param <P> the policy it reads
 */
public interface LoadBalancerFactory<P extends LbPolicy> {
  /** The policy it reads. */
  Class<P> policy();

  /**
   * Whether it chooses within one locality, after that was chosen by weight; else it sees a whole
   * priority and finds the weights of localities in {@link Candidates#share}.
   */
  default boolean withinLocality() {
    return true;
  }

  /**
   * A picker over endpoints that may all be used: those of one priority, or one locality of it, in
   * the order of the configuration. A change of endpoints makes a new picker, so it never sees them
   * change.
   *
   * @param candidates at least one endpoint
   * @param random for a start that differs from process to process
   */
  Picker create(P policy, Candidates candidates, RandomGenerator random);

  /** What a picker chooses among. Immutable but for {@link #active}; safe for any thread. */
  interface Candidates {
    /** How many there are, at least 1. */
    int size();

    /** The endpoint of an index. */
    Endpoint endpoint(int index);

    /** The share of all load that weights give to it, in (0, 1]. */
    double share(int index);

    /** Calls in flight to it now. */
    int active(int index);
  }

  /** Chooses among fixed endpoints; used by many threads at once, without locks. */
  interface Picker {
    /**
     * The index of the chosen endpoint.
     *
     * @param attempt how many picks for the same try were turned down before: 0 for the first
     */
    int pick(PickContext context, int attempt);
  }

  /** What a choice may look at. */
  interface PickContext {
    /** Hash of the request by the route's hash policies; random where nothing was hashed. */
    long hash();

    /** Randomness that a test can fix. */
    RandomGenerator random();
  }
}
