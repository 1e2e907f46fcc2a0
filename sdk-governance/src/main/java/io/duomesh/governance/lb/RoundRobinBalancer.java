package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.traffic.LbPolicy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** In turn, by weight, from a random start: one atomic increment a pick. */
public final class RoundRobinBalancer implements LoadBalancerFactory<LbPolicy.RoundRobin> {
  @Override
  public Class<LbPolicy.RoundRobin> policy() {
    return LbPolicy.RoundRobin.class;
  }

  @Override
  public Picker create(LbPolicy.RoundRobin policy, Candidates candidates, RandomGenerator random) {
    if (Weights.equal(candidates)) {
      return inTurn(candidates.size(), random);
    }
    return byWeight(Weights.of(candidates), random);
  }

  /** Counts through the turns that weights give. */
  static Picker byWeight(double[] weights, RandomGenerator random) {
    int[] order = Schedule.of(weights);
    Picker turn = inTurn(order.length, random);
    return (context, attempt) -> order[turn.pick(context, attempt)];
  }

  /** Counts through {@code length} numbers, again and again. */
  static Picker inTurn(int length, RandomGenerator random) {
    AtomicInteger next = new AtomicInteger(random.nextInt(length));
    return (context, attempt) -> Integer.remainderUnsigned(next.getAndIncrement(), length);
  }
}
