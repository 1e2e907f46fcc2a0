package io.duomesh.xds;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of the next snapshot with their endpoints. One whose endpoints are still to come
 * stays as it was in the snapshot before, or is unfinished where it is new. Used once.
 */
final class WarmClusters {
  private final ResourceStore store;
  private final TrafficSnapshot before;
  private final Needs needs;
  private final Map<String, ClusterSpec> clusters = new HashMap<>();
  private final Map<String, ClusterEndpoints> endpoints = new HashMap<>();
  private final Set<String> unfinished = new HashSet<>();

  WarmClusters(ResourceStore store, TrafficSnapshot before, Needs needs) {
    this.store = store;
    this.before = before;
    this.needs = needs;
  }

  /** Takes a cluster that is held. */
  void add(Resource resource) {
    var parsed = ((Resource.ClusterContent) resource.content()).parsed();
    String name = resource.name();
    String assignment = parsed.edsName();
    if (assignment == null) {
      clusters.put(name, parsed.spec());
      if (parsed.inline() != null) {
        endpoints.put(name, parsed.inline());
      }
      return;
    }
    needs.want(ResourceType.ENDPOINTS, assignment);
    ClusterEndpoints known = known(assignment);
    if (known != null || !needs.awaits(ResourceType.ENDPOINTS, assignment)) {
      clusters.put(name, parsed.spec());
      if (known != null) {
        endpoints.put(assignment, known);
      }
    } else if (before.clusters().containsKey(name)) {
      keep(Set.of(name));
    } else {
      unfinished.add(name);
    }
  }

  /**
   * Notes that a cluster is referred to.
   *
   * @return whether what refers to it can be published: it serves, or will not come
   */
  boolean want(String cluster) {
    needs.want(ResourceType.CLUSTER, cluster);
    boolean missing = !clusters.containsKey(cluster) && needs.awaits(ResourceType.CLUSTER, cluster);
    return !unfinished.contains(cluster) && (!missing || before.clusters().containsKey(cluster));
  }

  /**
   * Keeps clusters of the snapshot before that are named and not there any more, or not yet anew.
   */
  void keep(Set<String> names) {
    for (String name : names) {
      ClusterSpec last = before.clusters().get(name);
      if (last == null || clusters.containsKey(name)) {
        continue;
      }
      clusters.put(name, last);
      String assignment = last.endpointsName();
      ClusterEndpoints known = known(assignment);
      if (known != null) {
        needs.want(ResourceType.ENDPOINTS, assignment);
      } else {
        known = before.endpoints().get(assignment);
      }
      if (known != null) {
        endpoints.putIfAbsent(assignment, known);
      }
    }
  }

  private @Nullable ClusterEndpoints known(String assignment) {
    Resource resource = store.get(ResourceType.ENDPOINTS, assignment);
    return resource == null ? null : ((Resource.EndpointContent) resource.content()).endpoints();
  }

  Map<String, ClusterSpec> clusters() {
    return clusters;
  }

  Map<String, ClusterEndpoints> endpoints() {
    return endpoints;
  }
}
