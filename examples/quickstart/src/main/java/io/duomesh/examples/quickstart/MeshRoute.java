package io.duomesh.examples.quickstart;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One route of a mesh, and how a call gets there.
 *
 * @param mesh the mesh
 * @param configuration the table that it stands in
 * @param host the virtual host
 * @param route the route
 */
record MeshRoute(Mesh mesh, RouteConfiguration configuration, VirtualHost host, Route route) {
  /**
   * The route of that name in the virtual host of that name.
   *
   * @throws StepFailed if there is none
   */
  static MeshRoute find(Mesh mesh, String host, String route) {
    for (RouteConfiguration configuration : mesh.routes().values()) {
      for (VirtualHost candidate : configuration.getVirtualHostsList()) {
        if (candidate.getName().equals(host)) {
          for (Route each : candidate.getRoutesList()) {
            if (each.getName().equals(route)) {
              return new MeshRoute(mesh, configuration, candidate, each);
            }
          }
        }
      }
    }
    throw new StepFailed("the mesh has no route " + route + " in a virtual host " + host);
  }

  /** What a client calls to get to the virtual host. */
  String target() {
    List<String> domains = host.getDomainsList();
    String domain =
        domains.stream().filter(each -> !each.contains("*")).findFirst().orElse(domains.get(0));
    // of a wildcard any name will do, which no other virtual host is likely to have
    return domain.replaceFirst(":\\d+$", "").replace("*", "any") + ":" + port();
  }

  /** The port of the listener that leads here. */
  int port() {
    return listener().getAddress().getSocketAddress().getPortValue();
  }

  /** Each cluster that the route leads to, with its weight. */
  Map<String, Integer> weights() {
    Map<String, Integer> weights = new LinkedHashMap<>();
    if (route.getRoute().hasWeightedClusters()) {
      for (WeightedCluster.ClusterWeight each :
          route.getRoute().getWeightedClusters().getClustersList()) {
        weights.merge(each.getName(), each.getWeight().getValue(), Integer::sum);
      }
    } else if (!route.getRoute().getCluster().isEmpty()) {
      weights.put(route.getRoute().getCluster(), 1);
    }
    StepFailed.unless(!weights.isEmpty(), this + " names no cluster");
    return weights;
  }

  /** The mesh with other weights of the route's clusters. */
  MeshRoute withWeights(Map<String, Integer> weights) {
    WeightedCluster.Builder clusters = route.getRoute().getWeightedClusters().toBuilder();
    // The sum that older configurations state would no longer be true.
    clusters.clearField(WeightedCluster.getDescriptor().findFieldByName("total_weight"));
    for (WeightedCluster.ClusterWeight.Builder each : clusters.getClustersBuilderList()) {
      each.getWeightBuilder().setValue(weights.getOrDefault(each.getName(), 0));
    }
    Route.Builder changed = route.toBuilder();
    changed.getRouteBuilder().setWeightedClusters(clusters);
    VirtualHost.Builder changedHost = host.toBuilder();
    changedHost.setRoutes(host.getRoutesList().indexOf(route), changed);
    RouteConfiguration table =
        configuration.toBuilder()
            .setVirtualHosts(configuration.getVirtualHostsList().indexOf(host), changedHost)
            .build();
    return find(mesh.with(table), host.getName(), route.getName());
  }

  /** The resources without which a call cannot get where it should. */
  Set<ResourceName> needs() {
    Set<ResourceName> needs = new LinkedHashSet<>();
    needs.add(new ResourceName("Listener", listener().getName()));
    needs.add(new ResourceName("RouteConfiguration", configuration.getName()));
    for (String cluster : weights().keySet()) {
      needs.add(new ResourceName("Cluster", cluster));
      needs.add(new ResourceName("ClusterLoadAssignment", mesh.assignmentOf(cluster)));
    }
    return needs;
  }

  private Listener listener() {
    for (Listener listener : mesh.listeners().values()) {
      for (FilterChain chain : listener.getFilterChainsList()) {
        if (chain.getFiltersList().stream().anyMatch(this::leadsHere)) {
          return listener;
        }
      }
    }
    throw new StepFailed("no listener of the mesh leads to the routes " + configuration.getName());
  }

  private boolean leadsHere(Filter filter) {
    try {
      return filter.getTypedConfig().is(HttpConnectionManager.class)
          && filter
              .getTypedConfig()
              .unpack(HttpConnectionManager.class)
              .getRds()
              .getRouteConfigName()
              .equals(configuration.getName());
    } catch (InvalidProtocolBufferException e) {
      return false; // it was written by a generated class a moment ago
    }
  }

  @Override
  public String toString() {
    return "route " + route.getName() + " of virtual host " + host.getName();
  }
}
