package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.ResponseFlag;
import io.duomesh.StageCounts;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Locality;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.traffic.LocalityPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EndpointSelectorTest {
  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void emptyClusterFailsWithCountsOfEachStage() {
    EndpointSelector<Pool> selector = compile(LbPolicy.ROUND_ROBIN, List.of(), Map.of());
    assertNull(selector.pick(Pool.context(0, random)));
    Status status = selector.noEndpoint();
    assertEquals(Status.Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UH, status.flag());
    assertEquals(new StageCounts(0, 0, 0, 0), status.stages());
    assertTrue(status.unprocessed());
  }

  @Test
  void ejectedEndpointsGetNothingUntilPanic() {
    List<Endpoint> endpoints = endpoints(4);
    EndpointSelector<Pool> one =
        compile(LbPolicy.ROUND_ROBIN, endpoints, Map.of("127.0.0.1:1", true));
    for (int i = 0; i < 30; i++) {
      assertTrue(one.pick(Pool.context(0, random)).endpoint.port() != 1);
    }
    assertEquals(new StageCounts(4, 4, 3, 1), one.counts(1));
    EndpointSelector<Pool> three =
        compile(
            LbPolicy.ROUND_ROBIN,
            endpoints,
            Map.of("127.0.0.1:1", true, "127.0.0.1:2", true, "127.0.0.1:3", true));
    assertEquals(4, counts(three, 4000).size());
  }

  @Test
  void candidatesAreKeptByAddressAndDuplicatesCountOnce() {
    Map<String, Pool> known = new HashMap<>();
    List<Endpoint> twice = new ArrayList<>(endpoints(2));
    twice.addAll(endpoints(2));
    EndpointSelector<Pool> first = select(twice, known);
    EndpointSelector<Pool> second = select(endpoints(3), known);
    assertEquals(2, first.candidates().size());
    assertEquals(3, second.candidates().size());
    assertSame(first.candidates().get(1), second.candidates().get(1));
  }

  @Test
  void avoidedEndpointIsPickedOnlyWhereThereIsNoOther() {
    EndpointSelector<Pool> selector = compile(LbPolicy.ROUND_ROBIN, endpoints(3), Map.of());
    Pool tried = selector.candidates().get(0);
    for (int i = 0; i < 20; i++) {
      assertTrue(selector.pick(Pool.context(0, random), p -> p == tried, 1) != tried);
    }
    EndpointSelector<Pool> lone = compile(LbPolicy.ROUND_ROBIN, endpoints(1), Map.of());
    assertNotNull(lone.pick(Pool.context(0, random), p -> true, 3));
  }

  @Test
  void roundRobinIsExactByWeightOverItsPeriod() {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int port = 1; port <= 4; port++) {
      endpoints.add(weighted(port, port));
    }
    Map<Integer, Integer> counts =
        counts(compile(LbPolicy.ROUND_ROBIN, endpoints, Map.of()), 10_000);
    assertEquals(Map.of(1, 1000, 2, 2000, 3, 3000, 4, 4000), counts);
  }

  @Test
  void weightsWithoutCommonDivisorAreMetWithinAThousandth() {
    List<Endpoint> endpoints =
        List.of(weighted(1, 999_983), weighted(2, 1_299_709), weighted(3, 15_485_863));
    Map<Integer, Integer> counts =
        counts(compile(LbPolicy.ROUND_ROBIN, endpoints, Map.of()), 100_000);
    double sum = 999_983 + 1_299_709 + 15_485_863;
    assertEquals(999_983 / sum, counts.get(1) / 100_000.0, 0.001);
    assertEquals(15_485_863 / sum, counts.get(3) / 100_000.0, 0.001);
  }

  @Test
  void leastRequestPrefersTheLessBusy() {
    EndpointSelector<Pool> selector = compile(new LbPolicy.LeastRequest(2), endpoints(4), Map.of());
    selector.candidates().get(0).active = 100;
    // it is taken only where both draws meet it: 1 in 16
    assertEquals(1 / 16.0, counts(selector, 40_000).get(1) / 40_000.0, 0.01);
  }

  @Test
  void leastRequestByWeightGivesTheBusyOneLess() {
    List<Endpoint> endpoints =
        List.of(weighted(1, 1), weighted(2, 1), weighted(3, 1), weighted(4, 2));
    EndpointSelector<Pool> selector = compile(new LbPolicy.LeastRequest(2), endpoints, Map.of());
    selector.candidates().get(0).active = 19;
    Map<Integer, Integer> counts = counts(selector, 8100);
    assertEquals(100, counts.get(1), 3); // weight 1/20 of 4.05
    assertEquals(4000, counts.get(4), 40);
  }

  @Test
  void dropPolicyDropsItsShare() {
    ClusterEndpoints endpoints =
        new ClusterEndpoints(
            "c", List.of(new LocalityEndpoints(Locality.NONE, 1, 0, endpoints(1))), 140, 300_000);
    EndpointSelector<Pool> selector =
        EndpointSelector.compile(
            ClusterSpec.of("c", null, LbPolicy.ROUND_ROBIN),
            endpoints,
            Pool::new,
            p -> false,
            random);
    int dropped = 0;
    for (int i = 0; i < 10_000; i++) {
      dropped += selector.drops(random) ? 1 : 0;
    }
    assertEquals(3000, dropped, 200);
    assertEquals(ResponseFlag.DO, selector.dropped().flag());
  }

  @Test
  void unknownPolicyIsRefusedWithItsClass() {
    record Mine() implements LbPolicy {}

    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> compile(new Mine(), endpoints(1), Map.of()));
    assertTrue(e.getMessage().contains("Mine"), e.getMessage());
  }

  @Test
  void failureOnPanicPicksNothing() {
    LocalityPolicy policy = new LocalityPolicy(50, true, false, false);
    Endpoint sick = new Endpoint("127.0.0.1", 1, 1, Endpoint.Health.UNHEALTHY, "", Map.of());
    EndpointSelector<Pool> selector =
        Selectors.of(
            LbPolicy.ROUND_ROBIN,
            policy,
            List.of(new LocalityEndpoints(Locality.NONE, 1, 0, List.of(sick))));
    assertNull(selector.pick(Pool.context(0, random)));
    assertEquals(new StageCounts(1, 1, 0, 0), selector.counts(0));
  }

  /** Threads pick while endpoints come and go: each pick is of the set that was current. */
  @Test
  void picksWhileSwappingAlwaysFindAnEndpoint() throws Exception {
    Map<String, Pool> known = new ConcurrentHashMap<>();
    AtomicReference<EndpointSelector<Pool>> current =
        new AtomicReference<>(select(endpoints(5), known));
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> pickers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        pickers.add(
            executor.submit(
                () -> {
                  try {
                    for (int i = 0; i < 50_000; i++) {
                      EndpointSelector<Pool> selector = current.get();
                      Pool picked = selector.pick(Pool.context(i, ThreadLocalRandom.current()));
                      assertTrue(selector.candidates().contains(picked));
                    }
                  } finally {
                    done.countDown();
                  }
                }));
      }
      int size = 1;
      do {
        size = size % 9 + 1;
        current.set(select(endpoints(size), known));
      } while (!done.await(1, TimeUnit.MILLISECONDS));
      for (Future<?> picker : pickers) {
        picker.get(10, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void turnsOfManyThreadsAreSharedExactly() throws Exception {
    EndpointSelector<Pool> selector =
        compile(LbPolicy.ROUND_ROBIN, List.of(weighted(1, 1), weighted(2, 3)), Map.of());
    Map<Integer, Integer> counts = new ConcurrentHashMap<>();
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> pickers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        pickers.add(
            executor.submit(
                () -> counts(selector, 1000).forEach((k, v) -> counts.merge(k, v, Integer::sum))));
      }
      for (Future<?> picker : pickers) {
        picker.get(10, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    assertEquals(Map.of(1, 1000, 2, 3000), counts);
  }

  private static Map<Integer, Integer> counts(EndpointSelector<Pool> selector, int picks) {
    SplittableRandom draws = new SplittableRandom(11);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i < picks; i++) {
      Pool picked = selector.pick(Pool.context(draws.nextLong(), draws));
      counts.merge(picked.endpoint.port(), 1, Integer::sum);
    }
    return counts;
  }

  private EndpointSelector<Pool> compile(
      LbPolicy policy, List<Endpoint> endpoints, Map<String, Boolean> ejected) {
    return EndpointSelector.compile(
        ClusterSpec.of("c", null, policy),
        ClusterEndpoints.of("c", endpoints),
        Pool::new,
        p -> ejected.containsKey(p.endpoint.address()),
        random);
  }

  private EndpointSelector<Pool> select(List<Endpoint> endpoints, Map<String, Pool> known) {
    return EndpointSelector.compile(
        ClusterSpec.of("c", null, LbPolicy.ROUND_ROBIN),
        ClusterEndpoints.of("c", endpoints),
        e -> known.computeIfAbsent(e.address(), a -> new Pool(e)),
        p -> false,
        random);
  }

  private static List<Endpoint> endpoints(int count) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int port = 1; port <= count; port++) {
      endpoints.add(Endpoint.of("127.0.0.1", port));
    }
    return endpoints;
  }

  private static Endpoint weighted(int port, long weight) {
    return new Endpoint("127.0.0.1", port, weight, Endpoint.Health.UNKNOWN, "", Map.of());
  }
}
