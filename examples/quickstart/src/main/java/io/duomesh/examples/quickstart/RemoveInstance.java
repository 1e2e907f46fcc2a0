package io.duomesh.examples.quickstart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** An instance leaves while calls run: out of the load assignments, drained, then stopped. */
final class RemoveInstance implements Step {
  private static final int CALLS = 3_000;

  @Override
  public String title() {
    return "An instance is removed while calls run";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = shop.route("orders", "split");
    Instance leaving = leaving(shop.mesh(), route);
    OrderService orders = shop.orders(route.target());
    try (Load load = Load.start(() -> orders.place("tea", 2))) {
      console.configured(shop.mesh().instances().size() + " instances; " + leaving + " is to go");
      Tally with = load.next(CALLS);
      with.requireNoFailure();
      console.measured(served(with, leaving));
      StepFailed.unless(count(with, leaving) > 0, "it served nothing before");

      shop.push(shop.mesh().without(leaving));
      console.changed(
          "out of the load assignments (version " + shop.controlPlane().version() + ")");
      Tally without = load.next(CALLS);
      without.requireNoFailure();
      console.measured(served(without, leaving));
      StepFailed.unless(count(without, leaving) == 0, "it still served calls that began later");

      shop.stop(leaving);
      console.changed("stopped, once the calls it still had were through");
      Tally after = load.next(CALLS);
      after.requireNoFailure();
      load.requireNoFailure();
      console.measured(served(after, leaving) + "; of all calls since the start none failed");
    }
  }

  /** The last instance of the route that leaves no cluster empty. */
  private static Instance leaving(Mesh mesh, MeshRoute route) {
    List<Instance> candidates = new ArrayList<>();
    Forecast.ofOrders(route, Map.of())
        .clusters()
        .forEach(
            (cluster, share) -> candidates.addAll(share > 0 ? serving(mesh, cluster) : Set.of()));
    Collections.reverse(candidates);
    for (Instance candidate : candidates) {
      if (mesh.clusters().keySet().stream()
          .filter(cluster -> mesh.assignments().containsKey(mesh.assignmentOf(cluster)))
          .allMatch(
              cluster -> mesh.instancesOf(cluster).stream().anyMatch(i -> !i.equals(candidate)))) {
        return candidate;
      }
    }
    throw new StepLeftOut("no instance of " + route + " may go without leaving a cluster empty");
  }

  /** The instances of a cluster that get calls while all are well. */
  private static Set<Instance> serving(Mesh mesh, String cluster) {
    return InstanceShares.of(mesh, cluster).keySet();
  }

  private static long count(Tally tally, Instance instance) {
    return tally.by(by -> by.port() == instance.port() ? "it" : "others").getOrDefault("it", 0L);
  }

  private static String served(Tally tally, Instance instance) {
    return String.format(
        Locale.ROOT,
        "%,d calls, none failed; %,d of them served by %s",
        tally.calls(),
        count(tally, instance),
        instance);
  }
}
