package io.duomesh.runtime.routing;

import io.duomesh.Explanation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.governance.lb.RequestHash;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.runtime.cluster.EndpointHandle;
import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says why a call would go to a route, a cluster and an endpoint, and why not to the others, by the
 * very code that routes calls. Only looks: what is not in use before is not after.
 */
final class ExplainedCall {
  /** Endpoints named at most besides the chosen one. */
  private static final int MOST_ENDPOINTS = 8;

  private ExplainedCall() {}

  static Explanation of(
      Target target, TargetRoutes routes, String path, Metadata headers, long random) {
    RequestHead head = routes.received(new ExplainedHead(target.authority(), path, headers));
    RouteChoice choice = routes.table().route(head, random);
    VirtualHost host = choice.virtualHost();
    Route route = choice.route();
    ClusterHandle cluster = null;
    EndpointHandle endpoint = null;
    if (choice.action() instanceof RouteAction.Forward forward) {
      cluster = routes.look(choice, head);
      endpoint = cluster == null ? null : cluster.pick(hash(forward, choice, head, random));
    }
    List<String> why = new ArrayList<>(routes.table().explain(head, random));
    why.addAll(ofCluster(choice, random));
    Status status = null;
    if (cluster == null) {
      status = LocalReplies.of(choice, head, target.toString());
    } else {
      why.addAll(ofEndpoint(cluster, endpoint));
      status = endpoint == null ? cluster.noEndpoint() : null;
    }
    return new Explanation(
        target.toString(),
        routes.listener(),
        routes.table().configuration().name(),
        host == null ? null : host.name(),
        route == null ? null : route.name(),
        choice.cluster(head),
        cluster == null ? null : cluster.protocol(),
        endpoint == null ? null : endpoint.address(),
        status,
        why);
  }

  /** What a call would be balanced by; {@code random} where nothing is hashed. */
  private static long hash(
      RouteAction.Forward forward, RouteChoice choice, RequestHead head, long random) {
    if (forward.hashPolicies().isEmpty()) {
      return random;
    }
    RequestHead sent = choice.mutatesRequests() ? choice.upstream(head) : head;
    return RequestHash.of(forward.hashPolicies(), OwnAddress.TEXT).of(sent, random, () -> random);
  }

  /** The clusters that the route shares its calls between; nothing where there is one. */
  private static List<String> ofCluster(RouteChoice choice, long random) {
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
  private static List<String> ofEndpoint(ClusterHandle cluster, @Nullable EndpointHandle chosen) {
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
