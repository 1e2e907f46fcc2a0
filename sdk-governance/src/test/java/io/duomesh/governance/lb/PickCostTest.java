package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.duomesh.spi.LoadBalancerFactory.PickContext;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Locality;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.traffic.LocalityPolicy;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PickCostTest {
  private static final int PICKS = 20_000;

  static List<LbPolicy> policies() {
    return List.of(
        LbPolicy.ROUND_ROBIN,
        new LbPolicy.Random(),
        new LbPolicy.LeastRequest(2),
        new LbPolicy.RingHash(1024, 8_388_608, false, false),
        new LbPolicy.Maglev(65_537));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void pickAllocatesNothing(LbPolicy policy) {
    assumeTrue(
        ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
            && bean.isThreadAllocatedMemorySupported(),
        "this JVM does not count allocation");
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    EndpointSelector<Pool> selector = selector(policy);
    PickContext context = Pool.context(0x9E3779B97F4A7C15L, new SplittableRandom(1));
    picks(selector, context);
    long before = bean.getThreadAllocatedBytes(Thread.currentThread().getId());
    picks(selector, context);
    long bytes = bean.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(bytes < PICKS / 10, policy + ": " + bytes + " bytes in " + PICKS + " picks");
  }

  private static void picks(EndpointSelector<Pool> selector, PickContext context) {
    for (int i = 0; i < PICKS; i++) {
      assertNotNull(selector.pick(context));
    }
  }

  /** Two priorities, localities by weight, endpoints by weight, one of them sick. */
  private static EndpointSelector<Pool> selector(LbPolicy policy) {
    List<LocalityEndpoints> localities = new ArrayList<>();
    for (int place = 0; place < 4; place++) {
      List<Endpoint> endpoints = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Endpoint.Health health =
            place + i < 6 ? Endpoint.Health.UNHEALTHY : Endpoint.Health.HEALTHY;
        endpoints.add(new Endpoint("10.0." + place + "." + i, 80, 1 + i % 3, health, "", Map.of()));
      }
      localities.add(
          new LocalityEndpoints(new Locality("", "z" + place, ""), 1, place / 2, endpoints));
    }
    return Selectors.of(policy, new LocalityPolicy(50, false, true, false), localities);
  }
}
