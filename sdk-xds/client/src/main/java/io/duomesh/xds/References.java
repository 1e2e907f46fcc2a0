package io.duomesh.xds;

import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.MirrorPolicy;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteTree;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one part of a configuration names of the others. */
final class References {
  private References() {}

  /** The route tables that a listener names. */
  static Set<String> routes(Listener listener) {
    Set<String> names = new LinkedHashSet<>();
    for (Listener.FilterChain chain : chains(listener)) {
      if (chain.action() instanceof Listener.HttpRoutes routes
          && routes.routeConfigurationName() != null) {
        names.add(routes.routeConfigurationName());
      }
    }
    return names;
  }

  /** The clusters that a listener names itself. */
  static Set<String> clusters(Listener listener) {
    Set<String> names = new LinkedHashSet<>();
    for (Listener.FilterChain chain : chains(listener)) {
      if (chain.action() instanceof Listener.TcpProxy proxy) {
        weighted(proxy.clusters(), names);
      } else if (chain.action() instanceof Listener.HttpRoutes routes && routes.inline() != null) {
        names.addAll(clusters(routes.inline()));
      }
    }
    return names;
  }

  /** The clusters that routes name; those that a request names are not known. */
  static Set<String> clusters(RouteConfiguration configuration) {
    Set<String> names = new LinkedHashSet<>();
    for (VirtualHost host : configuration.virtualHosts()) {
      routes(host.routes(), names);
      if (host.tree() != null) {
        tree(host.tree(), names);
      }
    }
    return names;
  }

  private static void tree(RouteTree tree, Set<String> names) {
    tree.branches().forEach(branch -> outcome(branch.then(), names));
    if (tree.otherwise() != null) {
      outcome(tree.otherwise(), names);
    }
  }

  private static void outcome(RouteTree.Outcome outcome, Set<String> names) {
    if (outcome instanceof RouteTree.Routes routes) {
      routes(routes.routes(), names);
    } else if (outcome instanceof RouteTree.Nested nested) {
      tree(nested.tree(), names);
    }
  }

  private static void routes(List<Route> routes, Set<String> names) {
    for (Route route : routes) {
      if (route.action() instanceof RouteAction.Forward forward) {
        forward(forward, names);
      }
    }
  }

  private static void forward(RouteAction.Forward forward, Set<String> names) {
    if (forward.cluster() instanceof ClusterSelector.Single single) {
      names.add(single.name());
    } else if (forward.cluster() instanceof ClusterSelector.Weighted weighted) {
      weighted(weighted.clusters(), names);
    }
    for (MirrorPolicy mirror : forward.mirrors()) {
      if (mirror.cluster() != null && !mirror.cluster().isEmpty()) {
        names.add(mirror.cluster());
      }
    }
  }

  private static void weighted(List<WeightedCluster> clusters, Set<String> names) {
    for (WeightedCluster cluster : clusters) {
      if (cluster.name() != null) {
        names.add(cluster.name());
      }
    }
  }

  private static List<Listener.FilterChain> chains(Listener listener) {
    List<Listener.FilterChain> chains = new ArrayList<>(listener.chains());
    if (listener.defaultChain() != null) {
      chains.add(listener.defaultChain());
    }
    return chains;
  }
}
