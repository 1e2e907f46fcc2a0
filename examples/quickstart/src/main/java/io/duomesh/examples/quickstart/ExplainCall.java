package io.duomesh.examples.quickstart;

import io.duomesh.Explanation;
import io.duomesh.Metadata;
import java.util.Locale;

/** Why a call goes where it goes. */
final class ExplainCall implements Step {
  private static final String PATH = "/" + OrderService.class.getName() + "/place";

  @Override
  public String title() {
    return "One call explained";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = Forecast.first(shop.route("orders", "split"), "place");
    console.configured("the call place() at " + route.target() + ", without further headers");
    Explanation explained = shop.client().explain(route.target(), PATH, Metadata.EMPTY, 0);
    console.entry("listener", String.valueOf(explained.listener()));
    console.entry("routes", String.valueOf(explained.routeConfiguration()));
    console.entry("host", String.valueOf(explained.virtualHost()));
    console.entry("route", String.valueOf(explained.route()));
    console.entry(
        "cluster",
        String.format(Locale.ROOT, "%s (%s)", explained.cluster(), explained.protocol()));
    console.entry("endpoint", String.valueOf(explained.endpoint()));
    console.entry("why", String.join("\n", explained.why()));
    check(route, explained);
  }

  private static void check(MeshRoute route, Explanation explained) {
    StepFailed.unless(explained.status() == null, "the call would fail: " + explained.status());
    StepFailed.unless(
        route.host().getName().equals(explained.virtualHost())
            && route.route().getName().equals(explained.route()),
        "the mesh says " + route);
    String cluster = String.valueOf(explained.cluster());
    StepFailed.unless(
        route.weights().containsKey(cluster), "the mesh says " + Words.clusters(route));
    StepFailed.unless(
        route.mesh().instancesOf(cluster).stream()
            .anyMatch(i -> i.address().equals(explained.endpoint())),
        "the mesh says " + route.mesh().instancesOf(cluster));
    StepFailed.unless(!explained.why().isEmpty(), "it does not say why");
  }
}
