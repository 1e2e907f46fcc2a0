package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory;
import io.duomesh.spi.LoadBalancerFactory.PickContext;
import io.duomesh.spi.LoadBalancerFactory.Picker;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one priority, sorted by health, and their pickers. Immutable but for counters.
 */
@SuppressWarnings("ReferenceEquality") // handles are known by identity
final class Priority<C extends Candidate> {
  private final List<Place<C>> places = new ArrayList<>();
  private @Nullable Choice<C> normal;
  private @Nullable Choice<C> degraded;

  /** The endpoints of one locality. */
  record Place<C extends Candidate>(
      long weight,
      List<Group.Member<C>> all,
      List<Group.Member<C>> healthy,
      List<Group.Member<C>> degraded) {}

  /** Chooses among groups, then within the chosen one. */
  private static final class Choice<C extends Candidate> {
    private final List<Group<C>> groups;
    private final List<Picker> pickers;
    private final @Nullable Picker turns;

    /** {@code turns} gives the group; null where there is one. */
    Choice(List<Group<C>> groups, List<Picker> pickers, @Nullable Picker turns) {
      this.groups = groups;
      this.pickers = pickers;
      this.turns = turns;
    }

    C pick(PickContext context, int attempt) {
      int at = turns == null ? 0 : turns.pick(context, attempt);
      return groups.get(at).candidate(pickers.get(at).pick(context, attempt));
    }
  }

  /** Sorts the endpoints of a locality into this priority. */
  void add(long weight, List<Group.Member<C>> members, Predicate<? super C> unusable) {
    List<Group.Member<C>> healthy = new ArrayList<>();
    List<Group.Member<C>> degradedMembers = new ArrayList<>();
    for (Group.Member<C> member : members) {
      Endpoint.Health health = member.endpoint().health();
      if (!unusable.test(member.candidate())) {
        switch (health) {
          case UNKNOWN, HEALTHY -> healthy.add(member);
          case DEGRADED -> degradedMembers.add(member);
          default -> {
            // draining, timed out, unhealthy: counted, and used in panic
          }
        }
      }
    }
    places.add(new Place<>(weight, members, healthy, degradedMembers));
  }

  /** What counts of this priority for its share of the load. */
  PriorityLoad.Tier tier(boolean weighted) {
    List<Group.Member<C>> all = flat(Place::all);
    List<Group.Member<C>> healthy = flat(Place::healthy);
    List<Group.Member<C>> degradedMembers = flat(Place::degraded);
    return weighted
        ? new PriorityLoad.Tier(
            all.size(),
            healthy.size(),
            degradedMembers.size(),
            weight(all),
            weight(healthy),
            weight(degradedMembers))
        : PriorityLoad.Tier.of(all.size(), healthy.size(), degradedMembers.size());
  }

  /** Makes the pickers; called once, after the last endpoint was added. */
  <P extends LbPolicy> void compile(
      P policy, boolean byLocality, int overprovisioning, boolean panic, RandomGenerator random) {
    LoadBalancerFactory<P> factory = LoadBalancers.of(policy);
    Part<C> usual = panic ? Place::all : Place::healthy;
    if (byLocality && !factory.withinLocality()) {
      normal = wholeByShares(factory, policy, usual, random);
      degraded = normal;
      return;
    }
    if (byLocality && !panic) {
      normal = localities(factory, policy, usual, overprovisioning, random);
      degraded = localities(factory, policy, Place::degraded, overprovisioning, random);
    }
    if (normal == null) {
      normal = single(factory, policy, Group.flat(flat(usual)), random);
    }
    if (panic || !factory.withinLocality()) {
      degraded = normal;
    } else if (degraded == null) {
      degraded = single(factory, policy, Group.flat(flat(Place::degraded)), random);
    }
  }

  /** Whether a candidate is of this priority. */
  boolean contains(C candidate) {
    for (Place<C> place : places) {
      for (Group.Member<C> member : place.all) {
        if (member.candidate() == candidate) {
          return true;
        }
      }
    }
    return false;
  }

  /** Chooses an endpoint; null if there is none. */
  @Nullable C pick(boolean fromDegraded, PickContext context, int attempt) {
    Choice<C> choice = fromDegraded ? degraded : normal;
    return choice == null ? null : choice.pick(context, attempt);
  }

  /** One part of each place. */
  private interface Part<C extends Candidate> {
    List<Group.Member<C>> of(Place<C> place);
  }

  private List<Group.Member<C>> flat(Part<C> part) {
    List<Group.Member<C>> members = new ArrayList<>();
    for (Place<C> place : places) {
      members.addAll(part.of(place));
    }
    return members;
  }

  private static <C extends Candidate> long weight(List<Group.Member<C>> members) {
    return members.stream().mapToLong(member -> member.endpoint().weight()).sum();
  }

  private static <C extends Candidate, P extends LbPolicy> @Nullable Choice<C> single(
      LoadBalancerFactory<P> factory, P policy, Group<C> group, RandomGenerator random) {
    return group.size() == 0
        ? null
        : new Choice<>(List.of(group), List.of(factory.create(policy, group, random)), null);
  }

  /** One group in which an endpoint's share is that of its locality times its own in there. */
  private <P extends LbPolicy> @Nullable Choice<C> wholeByShares(
      LoadBalancerFactory<P> factory, P policy, Part<C> part, RandomGenerator random) {
    long sum = places.stream().mapToLong(Place::weight).sum();
    if (sum == 0) {
      return null; // as in Envoy: without any locality weight a weighted ring is empty
    }
    List<Group.Member<C>> members = new ArrayList<>();
    for (Place<C> place : places) {
      if (place.weight > 0) {
        members.addAll(part.of(place));
      }
    }
    double[] shares = new double[members.size()];
    int at = 0;
    for (Place<C> place : places) {
      if (place.weight > 0) {
        Group.addShares(part.of(place), (double) place.weight / sum, shares, at);
        at += part.of(place).size();
      }
    }
    return single(factory, policy, new Group<>(members, shares), random);
  }

  /** Localities in turn, by weight times health; null if none has any. */
  private <P extends LbPolicy> @Nullable Choice<C> localities(
      LoadBalancerFactory<P> factory,
      P policy,
      Part<C> part,
      int overprovisioning,
      RandomGenerator random) {
    List<Group<C>> groups = new ArrayList<>();
    List<Picker> pickers = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (Place<C> place : places) {
      List<Group.Member<C>> members = part.of(place);
      if (!members.isEmpty() && place.weight > 0) {
        Group<C> group = Group.flat(members);
        groups.add(group);
        pickers.add(factory.create(policy, group, random));
        double available = overprovisioning / 100.0 * members.size() / place.all.size();
        weights.add(place.weight * Math.min(1, available));
      }
    }
    if (groups.isEmpty()) {
      return null;
    }
    double[] shares = weights.stream().mapToDouble(Double::doubleValue).toArray();
    return new Choice<>(groups, pickers, RoundRobinBalancer.byWeight(shares, random));
  }
}
