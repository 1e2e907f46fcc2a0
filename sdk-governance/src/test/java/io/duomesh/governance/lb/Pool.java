package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory.PickContext;
import io.duomesh.traffic.Endpoint;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a test keeps of an endpoint. */
final class Pool implements Candidate {
  final Endpoint endpoint;
  volatile int active;

  Pool(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public int active() {
    return active;
  }

  static EndpointSelector<Pool> select(EnvoyCluster cluster, RandomGenerator random) {
    return EndpointSelector.compile(
        cluster.spec(), cluster.endpoints(), Pool::new, pool -> false, random);
  }

  /** The address of what was picked, or "503 UH". */
  static String address(@Nullable Pool picked) {
    return picked == null ? "503 UH" : picked.endpoint.address();
  }

  static PickContext context(long hash, RandomGenerator random) {
    return new PickContext() {
      @Override
      public long hash() {
        return hash;
      }

      @Override
      public RandomGenerator random() {
        return random;
      }
    };
  }
}
