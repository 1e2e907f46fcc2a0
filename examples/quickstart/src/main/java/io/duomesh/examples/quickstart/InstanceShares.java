package io.duomesh.examples.quickstart;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the calls of a cluster should spread over its instances, all of which are well. */
final class InstanceShares {
  private InstanceShares() {}

  /**
   * The share of each, 0 to 1: by the weights of the endpoints, of the localities where the cluster
   * says that they count, and within the first priority that has any.
   */
  static Map<Instance, Double> of(Mesh mesh, String cluster) {
    Cluster found = StepFailed.unlessThere(mesh.clusters().get(cluster), "no Cluster " + cluster);
    mesh.instancesOf(cluster); // fails where there is no assignment
    ClusterLoadAssignment assignment =
        StepFailed.unlessThere(
            mesh.assignments().get(mesh.assignmentOf(cluster)), "no endpoints of " + cluster);
    boolean byLocality = found.getCommonLbConfig().hasLocalityWeightedLbConfig();
    boolean byEndpoint = found.getLbPolicy() != Cluster.LbPolicy.RANDOM;
    Map<Instance, Double> shares = new LinkedHashMap<>();
    for (LocalityLbEndpoints locality : first(assignment)) {
      List<LbEndpoint> endpoints = Mesh.takingCalls(locality);
      double whole =
          byLocality ? endpoints.stream().mapToLong(e -> weight(e, byEndpoint)).sum() : 1;
      double part = byLocality ? locality.getLoadBalancingWeight().getValue() : 1;
      endpoints.forEach(
          e -> shares.merge(Mesh.instance(e), weight(e, byEndpoint) * part / whole, Double::sum));
    }
    double total = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    shares.replaceAll((instance, share) -> share / total);
    return shares;
  }

  /** The localities of the first priority that has an endpoint. */
  private static List<LocalityLbEndpoints> first(ClusterLoadAssignment assignment) {
    List<LocalityLbEndpoints> filled =
        assignment.getEndpointsList().stream()
            .filter(locality -> !Mesh.takingCalls(locality).isEmpty())
            .toList();
    int first = filled.stream().mapToInt(LocalityLbEndpoints::getPriority).min().orElse(0);
    return filled.stream().filter(locality -> locality.getPriority() == first).toList();
  }

  private static long weight(LbEndpoint endpoint, boolean counts) {
    return counts && endpoint.hasLoadBalancingWeight()
        ? endpoint.getLoadBalancingWeight().getValue()
        : 1;
  }
}
