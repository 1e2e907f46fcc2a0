package io.duomesh.governance.route;

import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a {@link RouteTable} of its records; used once, by one thread. */
final class Compiler {
  private final RouteConfiguration table;
  private final List<RouteChoice> choices = new ArrayList<>();

  Compiler(RouteConfiguration table) {
    this.table = table;
  }

  List<RouteChoice> choices() {
    return choices;
  }

  /** The choice where no host's domain matches. */
  RouteChoice noHost() {
    return choice(null, null, null, null, RouteEffects.none());
  }

  CompiledHost host(VirtualHost host) {
    RouteList routes =
        host.tree() == null
            ? list(host, host.routes())
            : RouteList.of(host.tree(), leaf -> list(host, leaf.routes()));
    RouteAction https =
        new RouteAction.Redirect("https", null, 0, null, null, null, null, 301, false);
    return new CompiledHost(
        host,
        routes,
        choice(host, null, null, null, RouteEffects.none()),
        choice(host, null, https, null, RouteEffects.none()));
  }

  private RouteList list(VirtualHost host, List<Route> routes) {
    return new RouteList.Fixed(routes.stream().map(route -> route(host, route)).toList());
  }

  private CompiledRoute route(VirtualHost host, Route route) {
    PathCondition path =
        new PathCondition(
            route.match().path(),
            route.match().caseSensitive(),
            table.ignorePathParametersInPathMatching());
    List<RouteChoice> own = new ArrayList<>();
    if (route.action() instanceof RouteAction.Forward forward
        && forward.cluster() instanceof ClusterSelector.Weighted weighted) {
      weighted.clusters().forEach(cluster -> own.add(leadingTo(host, route, path, cluster)));
    } else {
      own.add(leadingTo(host, route, path, null));
    }
    return new CompiledRoute(route, path, own.toArray(new RouteChoice[0]));
  }

  private RouteChoice leadingTo(
      VirtualHost host, Route route, PathCondition path, @Nullable WeightedCluster cluster) {
    List<HeaderMutations> levels = Levels.of(table, host, route, cluster);
    RouteEffects effects = RouteEffects.of(levels, host, route, path, cluster);
    return choice(host, route, route.action(), cluster, effects);
  }

  private RouteChoice choice(
      @Nullable VirtualHost host,
      @Nullable Route route,
      @Nullable RouteAction action,
      @Nullable WeightedCluster cluster,
      RouteEffects effects) {
    RouteChoice choice = new RouteChoice(choices.size(), host, route, action, cluster, effects);
    choices.add(choice);
    return choice;
  }
}
