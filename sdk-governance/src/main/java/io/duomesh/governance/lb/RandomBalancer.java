package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.traffic.LbPolicy;
import java.util.random.RandomGenerator;

/** At random; weights do not count, as in Envoy. */
public final class RandomBalancer implements LoadBalancerFactory<LbPolicy.Random> {
  @Override
  public Class<LbPolicy.Random> policy() {
    return LbPolicy.Random.class;
  }

  @Override
  public Picker create(LbPolicy.Random policy, Candidates candidates, RandomGenerator random) {
    int size = candidates.size();
    return (context, attempt) -> context.random().nextInt(size);
  }
}
