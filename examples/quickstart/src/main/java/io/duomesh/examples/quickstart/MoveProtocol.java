package io.duomesh.examples.quickstart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A service moves from one protocol to the other by weight; its callers do not change. */
final class MoveProtocol implements Step {
  private static final int CALLS = 3_000;

  @Override
  public String title() {
    return "A service moves from Bolt to Triple by weight, its callers unchanged";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = shop.route("orders-on-the-move", "move");
    List<String> clusters = List.copyOf(route.weights().keySet());
    StepFailed.unless(clusters.size() == 2, route + " needs two clusters: from and to");
    OrderService orders = shop.orders(route.target());
    try (Load load = Load.start(() -> orders.place("tea", 2))) {
      console.configured(Words.clusters(route) + ": that is " + Shares.byProtocol(route));
      console.measured(Shares.byProtocol(route).check(load.next(CALLS)));
      for (int moved : new int[] {50, 100}) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        weights.put(clusters.get(0), 100 - moved);
        weights.put(clusters.get(1), moved);
        if (!weights.equals(route.weights())) {
          route = route.withWeights(weights);
          shop.push(route.mesh());
        }
        console.changed(Words.clusters(route) + ": that is " + Shares.byProtocol(route));
        console.measured(Shares.byProtocol(route).check(load.next(CALLS)));
      }
      load.requireNoFailure();
    }
  }
}
