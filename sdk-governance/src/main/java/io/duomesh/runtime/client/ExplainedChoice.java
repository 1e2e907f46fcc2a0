package io.duomesh.runtime.client;

import io.duomesh.MeshState;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.WeightedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says why a call goes to a cluster and an endpoint, and why not to the others. */
final class ExplainedChoice {
  /** Endpoints named at most besides the chosen one. */
  private static final int MOST_ENDPOINTS = 8;

  private ExplainedChoice() {}

  /** The clusters that the route shares its calls between; nothing where there is one. */
  static List<String> ofCluster(RouteChoice choice, long random) {
    List<String> why = new ArrayList<>();
    if (choice.action() instanceof RouteAction.Forward forward
        && forward.cluster() instanceof ClusterSelector.Weighted weighted) {
      long total = weighted.clusters().stream().mapToLong(WeightedCluster::weight).sum();
      String number =
          weighted.headerName() == null
              ? "random " + Long.toUnsignedString(random)
              : "the number of header " + weighted.headerName() + " (else random)";
      for (WeightedCluster each : weighted.clusters()) {
        String name = each.name() == null ? "named by " + each.clusterHeader() : each.name();
        String share = " in its share of " + each.weight() + " in " + total;
        why.add(
            each.equals(choice.weighted())
                ? "cluster " + name + ": yes, " + number + " is" + share
                : "cluster " + name + ": no, " + number + " is not" + share);
      }
    }
    return why;
  }

  /** The endpoints of the cluster. */
  static List<String> ofEndpoint(ClusterHandle cluster, @Nullable EndpointHandle chosen) {
    List<MeshState.EndpointState> all = cluster.state().endpoints();
    List<String> why = new ArrayList<>();
    int others = 0;
    for (MeshState.EndpointState each : all) {
      String state =
          " (health " + each.health().toLowerCase(Locale.ROOT) + ", " + each.connection() + ")";
      if (chosen != null && each.address().equals(chosen.address())) {
        why.add(0, "endpoint " + each.address() + ": yes, by " + balancer(cluster) + state);
      } else if (++others <= MOST_ENDPOINTS) {
        why.add(
            "endpoint " + each.address() + (chosen == null ? ": no" : ": not this time") + state);
      }
    }
    if (others > MOST_ENDPOINTS) {
      why.add("and " + (others - MOST_ENDPOINTS) + " endpoints more");
    }
    return why;
  }

  /** {@code RoundRobin} in words. */
  private static String balancer(ClusterHandle cluster) {
    return cluster
        .spec()
        .lbPolicy()
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }
}
