package io.duomesh.examples.quickstart;

import io.duomesh.CallOptions;
import java.util.Map;

/** A header pins calls to a version. */
final class Pin implements Step {
  private static final int CALLS = 1_000;

  @Override
  public String title() {
    return "A header pins a call";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = shop.route("orders", "pinned");
    Map<String, String> headers = PinningHeaders.of(route);
    console.configured(
        route.target()
            + " with "
            + headers
            + " leads to "
            + Words.clusters(route)
            + ": that is "
            + Shares.byVersion(route, headers));
    console.measured(call(shop, route, headers, CALLS));
  }

  /** Makes calls with the headers, and checks where they got. */
  static String call(Shop shop, MeshRoute route, Map<String, String> headers, int calls) {
    CallOptions options = CallOptions.DEFAULT;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      options = options.withMetadata(header.getKey(), header.getValue());
    }
    OrderService pinned = shop.client().with(shop.orders(route.target()), options);
    return Shares.byVersion(route, headers).check(Load.of(calls, () -> pinned.place("tea", 2)));
  }
}
