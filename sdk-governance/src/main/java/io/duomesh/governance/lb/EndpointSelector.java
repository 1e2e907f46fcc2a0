package io.duomesh.governance.lb;

import io.duomesh.ResponseFlag;
import io.duomesh.StageCounts;
import io.duomesh.Status;
import io.duomesh.spi.LoadBalancerFactory.PickContext;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.traffic.LocalityPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the endpoint of a call: health, priority, panic, locality, then the cluster's balancer,
 * by Envoy's rules. Compiled whole from a cluster and its endpoints; a change of either, or of what
 * is ejected or draining, makes a new one, which the runtime swaps in by one volatile write. What
 * is kept between two of them are the candidates that the runtime hands in.
 *
 * <p>Immutable but for the counters of its pickers; for any number of threads; a pick takes no lock
 * and allocates nothing.
 *
 * @param <C> what the runtime keeps of an endpoint
 */
public final class EndpointSelector<C extends Candidate> {
  private static final int MILLION = 1_000_000;

  private final String cluster;
  private final boolean hashed;
  private final List<C> candidates;
  private final List<Priority<C>> priorities;
  private final PriorityLoad load;
  private final boolean failOnPanic;
  private final long dropPerMillion;
  private final int usable;

  private EndpointSelector(
      String cluster,
      boolean hashed,
      List<C> candidates,
      List<Priority<C>> priorities,
      PriorityLoad load,
      boolean failOnPanic,
      long dropPerMillion,
      int usable) {
    this.cluster = cluster;
    this.hashed = hashed;
    this.candidates = candidates;
    this.priorities = priorities;
    this.load = load;
    this.failOnPanic = failOnPanic;
    this.dropPerMillion = dropPerMillion;
    this.usable = usable;
  }

  /**
   * Compiles a cluster's endpoints.
   *
   * @param cluster the cluster: its balancer and locality policy
   * @param endpoints its endpoints; an address that repeats counts where it stands first
   * @param candidate what the runtime keeps of an endpoint, asked once for each address
   * @param unusable whether a candidate is ejected or draining: then it counts as unhealthy
   * @param random for starts that differ from process to process
   * @throws IllegalArgumentException if there is no load balancer for the cluster's policy
   */
  public static <C extends Candidate> EndpointSelector<C> compile(
      ClusterSpec cluster,
      ClusterEndpoints endpoints,
      Function<Endpoint, C> candidate,
      Predicate<? super C> unusable,
      RandomGenerator random) {
    Map<String, C> byAddress = new LinkedHashMap<>();
    TreeMap<Integer, Priority<C>> byPriority = new TreeMap<>();
    byPriority.put(0, new Priority<>());
    for (LocalityEndpoints locality : endpoints.localities()) {
      List<Group.Member<C>> members = new ArrayList<>();
      for (Endpoint endpoint : locality.endpoints()) {
        if (!byAddress.containsKey(endpoint.address())) {
          C known = candidate.apply(endpoint);
          byAddress.put(endpoint.address(), known);
          members.add(new Group.Member<>(known, endpoint));
        }
      }
      byPriority
          .computeIfAbsent(locality.priority(), p -> new Priority<>())
          .add(locality.weight(), members, unusable);
    }
    List<Priority<C>> priorities = List.copyOf(byPriority.values());
    LocalityPolicy policy = cluster.locality();
    List<PriorityLoad.Tier> tiers =
        priorities.stream().map(p -> p.tier(policy.weightedPriorityHealth())).toList();
    PriorityLoad load =
        PriorityLoad.of(tiers, endpoints.overprovisioningFactor(), policy.panicThreshold());
    int usable = 0;
    for (int i = 0; i < tiers.size(); i++) {
      usable += tiers.get(i).healthyHosts() + tiers.get(i).degradedHosts();
      priorities
          .get(i)
          .compile(
              cluster.lbPolicy(),
              policy.localityWeighted(),
              endpoints.overprovisioningFactor(),
              load.panic(i),
              random);
    }
    return new EndpointSelector<>(
        cluster.name(),
        !LoadBalancers.of(cluster.lbPolicy()).withinLocality(),
        List.copyOf(byAddress.values()),
        priorities,
        load,
        policy.failTrafficOnPanic(),
        endpoints.dropPerMillion(),
        usable);
  }

  /** All candidates, the unusable too, in the order of the configuration. */
  public List<C> candidates() {
    return candidates;
  }

  /** Whether picks look at the hash of the request; else it need not be computed. */
  public boolean hashed() {
    return hashed;
  }

  /** Whether a call is to be dropped, by the load assignment's drop policy; asked once per call. */
  public boolean drops(RandomGenerator random) {
    return dropPerMillion > 0 && random.nextInt(MILLION) < dropPerMillion;
  }

  /**
   * Chooses an endpoint; null if there is none to choose, for which {@link #noEndpoint} says why.
   */
  public @Nullable C pick(PickContext context) {
    return pick(load, context, 0);
  }

  /**
   * Chooses an endpoint that is not to be avoided, or, after {@code repicks} more picks that all
   * were, the last one of them.
   *
   * @param avoided endpoints already tried
   */
  public @Nullable C pick(PickContext context, Predicate<? super C> avoided, int repicks) {
    return pick(context, avoided, repicks, List.of());
  }

  /**
   * Chooses an endpoint of a priority that was not tried, from the start when all usable ones were,
   * and of its endpoints as {@link #pick(PickContext, Predicate, int)} does.
   *
   * @param past endpoints of the attempts, in order, whose priorities are avoided
   */
  public @Nullable C pick(
      PickContext context, Predicate<? super C> avoided, int repicks, List<? extends C> past) {
    PriorityLoad shares = past.isEmpty() ? load : loadAfter(past);
    C picked = pick(shares, context, 0);
    for (int i = 1; i <= repicks && picked != null && avoided.test(picked); i++) {
      picked = pick(shares, context, i);
    }
    return picked;
  }

  private PriorityLoad loadAfter(List<? extends C> past) {
    boolean[] tried = new boolean[priorities.size()];
    PriorityLoad left = load;
    for (C candidate : past) {
      for (int i = 0; i < tried.length; i++) {
        tried[i] |= priorities.get(i).contains(candidate);
      }
      left = load.without(tried);
      if (left == null) {
        Arrays.fill(tried, false);
        left = load;
      }
    }
    return left;
  }

  private @Nullable C pick(PriorityLoad shares, PickContext context, int attempt) {
    long draw = hashed ? context.hash() : context.random().nextLong();
    int percent = (int) Long.remainderUnsigned(draw, 100) + 1;
    int sum = 0;
    for (int i = 0; i < shares.count(); i++) {
      sum += shares.healthy(i);
      if (percent <= sum) {
        return pick(i, false, context, attempt);
      }
    }
    for (int i = 0; i < shares.count(); i++) {
      sum += shares.degraded(i);
      if (percent <= sum) {
        return pick(i, true, context, attempt);
      }
    }
    return null;
  }

  private @Nullable C pick(int priority, boolean degraded, PickContext context, int attempt) {
    return failOnPanic && load.panic(priority)
        ? null
        : priorities.get(priority).pick(degraded, context, attempt);
  }

  /** How many endpoints were left after each stage. */
  public StageCounts counts(int chosen) {
    return new StageCounts(candidates.size(), candidates.size(), usable, chosen);
  }

  /** Why there was no endpoint: {@code UNAVAILABLE}, {@code UH}. */
  public Status noEndpoint() {
    String advice =
        candidates.isEmpty()
            ? "its source names none: check that the service runs and is published"
            : usable == 0
                ? "none is healthy: check the service's instances"
                : "too few are healthy, and the cluster fails calls then";
    return Status.local(
            Status.Code.UNAVAILABLE, "no endpoint in cluster " + cluster + "; " + advice)
        .withFlag(ResponseFlag.UH)
        .withStages(counts(0));
  }

  /** A call dropped by the load assignment: {@code UNAVAILABLE}, {@code DO}. */
  public Status dropped() {
    return Status.local(
            Status.Code.UNAVAILABLE,
            "dropped: the control plane drops "
                + dropPerMillion / 10_000.0
                + " % of the calls to cluster "
                + cluster
                + "; try again later")
        .withFlag(ResponseFlag.DO)
        .withStages(counts(0));
  }
}
