package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.traffic.LbPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;

/** The load balancers on the class path, by the class of the policy they read. */
final class LoadBalancers {
  private static final Map<Class<?>, LoadBalancerFactory<?>> FACTORIES = load();

  private LoadBalancers() {}

  /**
   * The load balancer of a policy.
   *
   * @throws IllegalArgumentException if there is none
   */
  @SuppressWarnings("unchecked")
  static <P extends LbPolicy> LoadBalancerFactory<P> of(P policy) {
    LoadBalancerFactory<?> found = FACTORIES.get(policy.getClass());
    if (found == null) {
      throw new IllegalArgumentException(
          "load balancing policy "
              + policy
              + ": no load balancer for it (expected: a LoadBalancerFactory in META-INF/services"
              + " whose policy() is "
              + policy.getClass().getName()
              + ")");
    }
    return (LoadBalancerFactory<P>) found;
  }

  private static Map<Class<?>, LoadBalancerFactory<?>> load() {
    Map<Class<?>, LoadBalancerFactory<?>> byPolicy = new HashMap<>();
    ClassLoader loader = LoadBalancers.class.getClassLoader();
    for (LoadBalancerFactory<?> factory : ServiceLoader.load(LoadBalancerFactory.class, loader)) {
      LoadBalancerFactory<?> other = byPolicy.putIfAbsent(factory.policy(), factory);
      if (other != null) {
        throw new IllegalStateException(
            "two load balancers for "
                + factory.policy().getName()
                + ": "
                + other.getClass().getName()
                + " and "
                + factory.getClass().getName()
                + " (expected: one; remove a jar)");
      }
    }
    return byPolicy;
  }
}
