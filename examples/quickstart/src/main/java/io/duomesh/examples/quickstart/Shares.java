package io.duomesh.examples.quickstart;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How calls that a route is for should spread: over the clusters as {@link Forecast} has it, and
 * over the instances of each as {@link InstanceShares} has it.
 *
 * @param expected share of each label, 0 to 1
 * @param label what a label says of who served a call
 */
record Shares(Map<String, Double> expected, Function<Tally.ServedBy, String> label) {
  /**
   * How far a count may be off: five standard deviations of the binomial distribution, which chance
   * exceeds once in two million runs.
   */
  private static final double SIGMAS = 5;

  /** Shares of orders by the version of the instances. */
  static Shares byVersion(MeshRoute route) {
    return byVersion(route, Map.of());
  }

  /** Shares of orders with these headers by the version of the instances. */
  static Shares byVersion(MeshRoute route, Map<String, String> headers) {
    Map<Integer, String> versions =
        route.mesh().instances().stream()
            .collect(Collectors.toMap(Instance::port, Instance::version, (a, b) -> a));
    return of(
        route,
        headers,
        (cluster, instance) -> instance.version(),
        by -> versions.getOrDefault(by.port(), "port " + by.port()));
  }

  /** Shares by the protocol of the clusters. */
  static Shares byProtocol(MeshRoute route) {
    return of(
        route,
        Map.of(),
        (cluster, instance) -> route.mesh().protocolOf(cluster),
        Tally.ServedBy::protocol);
  }

  private static Shares of(
      MeshRoute route,
      Map<String, String> headers,
      BiFunction<String, Instance, String> expectedLabel,
      Function<Tally.ServedBy, String> label) {
    Map<String, Double> expected = new LinkedHashMap<>();
    Forecast.ofOrders(route, headers)
        .clusters()
        .forEach(
            (cluster, share) -> {
              Map<Instance, Double> instances = InstanceShares.of(route.mesh(), cluster);
              StepFailed.unless(
                  share == 0 || !instances.isEmpty(),
                  "calls would get to cluster "
                      + cluster
                      + ", and ClusterLoadAssignment "
                      + route.mesh().assignmentOf(cluster)
                      + " has no endpoint that takes calls");
              instances.forEach(
                  (instance, part) ->
                      expected.merge(
                          expectedLabel.apply(cluster, instance), share * part, Double::sum));
            });
    return new Shares(expected, label);
  }

  /** Counts and what was expected; fails if one is further off than chance explains. */
  String check(Tally tally) {
    tally.requireNoFailure();
    long calls = tally.calls();
    Map<String, Long> counts = tally.by(label);
    expected.keySet().forEach(name -> counts.putIfAbsent(name, 0L));
    StringBuilder text = new StringBuilder();
    boolean holds = calls > 0;
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      double share = Math.min(1, expected.getOrDefault(count.getKey(), 0.0));
      double mean = calls * share;
      double tolerance = Math.ceil(SIGMAS * Math.sqrt(mean * (1 - share)));
      holds &= Math.abs(count.getValue() - mean) <= tolerance + 1e-6 * calls;
      text.append(text.isEmpty() ? "" : ", ")
          .append(
              String.format(
                  Locale.ROOT,
                  "%s %,d (expected %,.0f ± %,.0f)",
                  count.getKey(),
                  count.getValue(),
                  mean,
                  tolerance));
    }
    String measured = String.format(Locale.ROOT, "%,d calls, none failed: %s", calls, text);
    StepFailed.unless(holds, measured);
    return measured;
  }

  @Override
  public String toString() {
    return expected.entrySet().stream()
        .map(e -> e.getKey() + " " + Math.round(1000 * e.getValue()) / 10.0 + " %")
        .collect(Collectors.joining(", "));
  }
}
