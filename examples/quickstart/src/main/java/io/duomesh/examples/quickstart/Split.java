package io.duomesh.examples.quickstart;

/** Calls spread over versions by weight. */
final class Split implements Step {
  private static final int CALLS = 10_000;

  @Override
  public String title() {
    return "Calls split by weight";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = shop.route("orders", "split");
    Shares shares = Shares.byVersion(route);
    OrderService orders = shop.orders(route.target());
    console.configured(
        route.target() + " leads to " + Words.clusters(route) + ": that is " + shares);
    console.measured(shares.check(Load.of(CALLS, () -> orders.place("tea", 2))));
  }
}
