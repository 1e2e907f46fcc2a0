package io.duomesh.examples.quickstart;

/** One Java interface, called over Bolt and over Triple. */
final class BothProtocols implements Step {
  private static final int CALLS = 1_000;

  @Override
  public String title() {
    return "Calls over both protocols, through the same Java interface";
  }

  @Override
  public void run(Shop shop, Console console) {
    call(shop, console, shop.route("orders-by-bolt", "bolt"));
    call(shop, console, shop.route("orders-by-triple", "triple"));
  }

  private static void call(Shop shop, Console console, MeshRoute route) {
    Shares shares = Shares.byProtocol(route);
    OrderService orders = shop.orders(route.target());
    console.configured(
        route.target() + " leads to " + Words.clusters(route) + ": that is " + shares);
    console.measured(shares.check(Load.of(CALLS, () -> orders.place("tea", 2))));
  }
}
