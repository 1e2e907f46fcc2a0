package io.duomesh.examples.quickstart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The control plane changes weights while calls run. */
final class ChangeSplit implements Step {
  private static final int BEFORE = 2_000;
  private static final int AFTER = 10_000;

  @Override
  public String title() {
    return "The split changes while calls run";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = shop.route("orders", "split");
    MeshRoute changed = route.withWeights(other(route));
    OrderService orders = shop.orders(route.target());
    try (Load load = Load.start(() -> orders.place("tea", 2))) {
      console.configured(Words.clusters(route));
      console.measured(Shares.byVersion(route).check(load.next(BEFORE)));
      shop.push(changed.mesh());
      console.changed(
          Words.clusters(changed)
              + ", version "
              + shop.controlPlane().version()
              + " of the control plane's");
      load.requireNoFailure();
      console.measured(Shares.byVersion(changed).check(load.next(AFTER)));
    }
  }

  /** Even weights, or uneven ones where they are even already. */
  private static Map<String, Integer> other(MeshRoute route) {
    List<String> clusters = List.copyOf(route.weights().keySet());
    if (clusters.size() < 2) {
      throw new StepLeftOut(route + " has one cluster: there is no split to change");
    }
    Map<String, Integer> weights = new LinkedHashMap<>();
    clusters.forEach(cluster -> weights.put(cluster, 100 / clusters.size()));
    if (route.weights().values().stream().distinct().count() == 1) {
      weights.put(clusters.get(0), 90);
    }
    return weights;
  }
}
