package io.duomesh.spi;

import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import java.util.List;
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
   * A picker over endpoints that may all be used: those of one priority and locality, in the order
   * of the configuration. A change of endpoints makes a new picker, so it never sees them change.
   */
  Picker create(P policy, List<Endpoint> endpoints);

  /** Chooses among a fixed list of endpoints; used by many threads at once, without locks. */
  interface Picker {
    /** The index of the chosen endpoint. */
    int pick(PickContext context);
  }

  /** What a choice may look at. */
  interface PickContext {
    /** Hash of the request by the route's hash policies; random where nothing was hashed. */
    long hash();

    /** Calls in flight to an endpoint. */
    int active(int endpointIndex);

    /** Randomness that a test can fix. */
    RandomGenerator random();

    /** How many picks of this call were turned down before: 0 for the first. */
    int attempt();
  }
}
