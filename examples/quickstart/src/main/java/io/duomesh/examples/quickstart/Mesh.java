package io.duomesh.examples.quickstart;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A configuration: the resources by type and name. Immutable; a change is a new one.
 *
 * @param listeners where calls enter
 * @param routes which way they go
 * @param clusters what they reach
 * @param assignments where that is
 */
record Mesh(
    Map<String, Listener> listeners,
    Map<String, RouteConfiguration> routes,
    Map<String, Cluster> clusters,
    Map<String, ClusterLoadAssignment> assignments) {

  Mesh {
    listeners = Collections.unmodifiableMap(new LinkedHashMap<>(listeners));
    routes = Collections.unmodifiableMap(new LinkedHashMap<>(routes));
    clusters = Collections.unmodifiableMap(new LinkedHashMap<>(clusters));
    assignments = Collections.unmodifiableMap(new LinkedHashMap<>(assignments));
  }

  /** All instances, each once. */
  Set<Instance> instances() {
    Set<Instance> all = new LinkedHashSet<>();
    assignments.values().forEach(assignment -> all.addAll(instances(assignment)));
    return all;
  }

  /** The name under which a cluster's endpoints stand. */
  String assignmentOf(String cluster) {
    Cluster found = clusters.get(cluster);
    String name = found == null ? "" : found.getEdsClusterConfig().getServiceName();
    return name.isEmpty() ? cluster : name;
  }

  /** The instances that calls of a cluster may reach. */
  Set<Instance> instancesOf(String cluster) {
    return instances(
        StepFailed.unlessThere(
            assignments.get(assignmentOf(cluster)),
            "there is no ClusterLoadAssignment for cluster " + cluster));
  }

  /** What a cluster speaks, by the rules of the SDK. */
  String protocolOf(String cluster) {
    Cluster found = StepFailed.unlessThere(clusters.get(cluster), "there is no Cluster " + cluster);
    Value protocol =
        found
            .getMetadata()
            .getFilterMetadataOrDefault(
                "io.duomesh", com.google.protobuf.Struct.getDefaultInstance())
            .getFieldsOrDefault("protocol", Value.getDefaultInstance());
    return protocol.getStringValue().isEmpty() ? "triple" : protocol.getStringValue();
  }

  /** Without those resources, and without clusters whose endpoints would be missing then. */
  Mesh without(Predicate<ResourceName> unwanted) {
    Set<String> endpoints = kept("ClusterLoadAssignment", assignments, unwanted).keySet();
    Predicate<ResourceName> lost =
        resource ->
            assignments.containsKey(assignmentOf(resource.name()))
                && !endpoints.contains(assignmentOf(resource.name()));
    return new Mesh(
        kept("Listener", listeners, unwanted),
        kept("RouteConfiguration", routes, unwanted),
        kept("Cluster", clusters, unwanted.or(lost)),
        kept("ClusterLoadAssignment", assignments, unwanted));
  }

  private static <T> Map<String, T> kept(
      String type, Map<String, T> resources, Predicate<ResourceName> unwanted) {
    Map<String, T> kept = new LinkedHashMap<>(resources);
    kept.keySet().removeIf(name -> unwanted.test(new ResourceName(type, name)));
    return kept;
  }

  /** Without an instance, wherever it stands. */
  Mesh without(Instance instance) {
    Map<String, ClusterLoadAssignment> rest = new LinkedHashMap<>(assignments);
    rest.replaceAll((name, assignment) -> without(assignment, instance));
    return new Mesh(listeners, routes, clusters, rest);
  }

  /** With a route configuration in place of that of its name. */
  Mesh with(RouteConfiguration configuration) {
    Map<String, RouteConfiguration> changed = new LinkedHashMap<>(routes);
    changed.put(configuration.getName(), configuration);
    return new Mesh(listeners, changed, clusters, assignments);
  }

  private static Set<Instance> instances(ClusterLoadAssignment assignment) {
    Set<Instance> found = new LinkedHashSet<>();
    for (LocalityLbEndpoints locality : assignment.getEndpointsList()) {
      takingCalls(locality).forEach(endpoint -> found.add(instance(endpoint)));
    }
    return found;
  }

  /** The endpoints of a locality that are not said to be ill. */
  static List<LbEndpoint> takingCalls(LocalityLbEndpoints locality) {
    List<HealthStatus> well = List.of(HealthStatus.UNKNOWN, HealthStatus.HEALTHY);
    return locality.getLbEndpointsList().stream()
        .filter(endpoint -> well.contains(endpoint.getHealthStatus()))
        .toList();
  }

  /** What stands behind an endpoint. */
  static Instance instance(LbEndpoint endpoint) {
    SocketAddress address = endpoint.getEndpoint().getAddress().getSocketAddress();
    String version =
        endpoint
            .getMetadata()
            .getFilterMetadataOrDefault("envoy.lb", com.google.protobuf.Struct.getDefaultInstance())
            .getFieldsOrDefault("version", Value.getDefaultInstance())
            .getStringValue();
    return new Instance(address.getAddress(), address.getPortValue(), version);
  }

  private static ClusterLoadAssignment without(ClusterLoadAssignment assignment, Instance gone) {
    ClusterLoadAssignment.Builder rest = assignment.toBuilder();
    for (LocalityLbEndpoints.Builder locality : rest.getEndpointsBuilderList()) {
      List<LbEndpoint> stay =
          locality.getLbEndpointsList().stream().filter(e -> !instance(e).equals(gone)).toList();
      locality.clearLbEndpoints().addAllLbEndpoints(stay);
    }
    return rest.build();
  }
}
