package io.duomesh.governance.route;

import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.WeightedCluster;
import java.util.List;

/** A route made ready: what it asks for and the choices it leads to. */
final class CompiledRoute {
  private final Route route;
  private final PathCondition path;
  private final Condition[] conditions;
  private final RouteChoice[] choices;
  private final long[] sums;
  private final String weightHeader;

  CompiledRoute(Route route, PathCondition path, RouteChoice[] choices) {
    this.route = route;
    this.path = path;
    this.conditions = Conditions.of(route.match());
    this.choices = choices;
    boolean weighted =
        route.action() instanceof RouteAction.Forward f
            && f.cluster() instanceof ClusterSelector.Weighted;
    if (weighted) {
      var selector = (ClusterSelector.Weighted) ((RouteAction.Forward) route.action()).cluster();
      sums = sums(selector.clusters());
      weightHeader = selector.headerName() == null ? "" : selector.headerName();
    } else {
      sums = new long[0];
      weightHeader = "";
    }
  }

  private static long[] sums(List<WeightedCluster> clusters) {
    long[] sums = new long[clusters.size()];
    long sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += clusters.get(i).weight();
      sums[i] = sum;
    }
    if (sum <= 0) {
      throw new IllegalArgumentException("weights of clusters: sum 0 (expected: at least 1)");
    }
    return sums;
  }

  Route route() {
    return route;
  }

  boolean pathMatches(RequestHead head) {
    boolean connect = head.method().equals("CONNECT");
    boolean withoutPath = connect && head.path().isEmpty();
    return path.connect() ? connect : !withoutPath && path.test(head.path());
  }

  /** The same for a path of requests that are no CONNECT requests. */
  boolean pathMatches(String pathWithQuery) {
    return !path.connect() && path.test(pathWithQuery);
  }

  /** What holds apart from the path. */
  boolean matches(RequestHead head, long random) {
    for (Condition condition : conditions) {
      if (!condition.test(head, random)) {
        return false;
      }
    }
    return true;
  }

  RouteChoice choose(RequestHead head, long random) {
    if (sums.length == 0) {
      return choices[0];
    }
    long value = weightHeader.isEmpty() ? random : weightValue(head, random);
    long at = Long.remainderUnsigned(value, sums[sums.length - 1]);
    int i = 0;
    while (at >= sums[i]) {
      i++;
    }
    return choices[i];
  }

  /** The header's number, where it has exactly one value that is one; else {@code random}. */
  private long weightValue(RequestHead head, long random) {
    String only = null;
    for (int i = 0; i < head.size(); i++) {
      if (weightHeader.equalsIgnoreCase(head.name(i))) {
        if (only != null) {
          return random;
        }
        only = head.value(i);
      }
    }
    if (only == null) {
      return random;
    }
    try {
      return Long.parseUnsignedLong(only.strip());
    } catch (NumberFormatException e) {
      return random; // no number: what Envoy does
    }
  }

  /** What it says to a request, for a person. */
  String explain(RequestHead head, long random) {
    String who = "route " + (route.name().isEmpty() ? "(unnamed)" : route.name()) + ": ";
    if (!pathMatches(head)) {
      return who + "no, only where " + path;
    }
    for (Condition condition : conditions) {
      if (!condition.test(head, random)) {
        return who + "no, only where " + condition;
      }
    }
    return who + "yes, " + path + (conditions.length == 0 ? "" : " and all else holds");
  }
}
