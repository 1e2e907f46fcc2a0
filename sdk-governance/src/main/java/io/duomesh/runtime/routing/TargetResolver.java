package io.duomesh.runtime.routing;

import io.duomesh.Settings;
import io.duomesh.governance.route.Entrance;
import io.duomesh.governance.route.HeadNormalizer;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.HeadRules;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the routes of a target in one snapshot: its listener, its chain, its table. Immutable. */
final class TargetResolver {
  private final TrafficSnapshot snapshot;
  private final RouteTables tables;
  private final Clusters clusters;
  private final FilterSites sites;
  private final Settings settings;

  TargetResolver(
      TrafficSnapshot snapshot,
      RouteTables tables,
      Clusters clusters,
      FilterSites sites,
      Settings settings) {
    this.snapshot = snapshot;
    this.tables = tables;
    this.clusters = clusters;
    this.sites = sites;
    this.settings = settings;
  }

  /** The routes of a target, or null where the snapshot has no entrance for it; any thread. */
  @Nullable TargetRoutes resolve(Target target) {
    Entrance entrance = Entrance.of(snapshot, target.authority());
    if (entrance == null) {
      return null;
    }
    if (entrance.chain().action() instanceof Listener.TcpProxy proxy) {
      String name = entrance.listener().name();
      HeadNormalizer none = new HeadNormalizer(HeadRules.NONE, 0);
      return routes(target, name, RouteTable.compile(connections(name, proxy)), List.of(), none);
    }
    Listener.HttpRoutes routes = (Listener.HttpRoutes) entrance.chain().action();
    RouteConfiguration configuration =
        routes.inline() != null
            ? routes.inline()
            : snapshot.routeConfigurations().get(routes.routeConfigurationName());
    RouteTable table = configuration == null ? null : tables.get(configuration);
    return table == null
        ? null
        : routes(
            target,
            entrance.listener().name(),
            table,
            routes.filters(),
            new HeadNormalizer(routes.head(), entrance.listener().port()));
  }

  private TargetRoutes routes(
      Target target,
      String listener,
      RouteTable table,
      List<FilterSpec> filters,
      HeadNormalizer normalizer) {
    boolean grpc = !ProtocolSetting.of(settings, target.authority()).equals("bolt");
    return new TargetRoutes(
        target.authority(), listener, table, filters, normalizer, clusters, sites, grpc);
  }

  /** Whole connections by weight, said as a route: no timeout, nothing else. */
  private static RouteConfiguration connections(String name, Listener.TcpProxy proxy) {
    List<WeightedCluster> shares = proxy.clusters();
    String only = shares.size() == 1 ? shares.get(0).name() : null;
    ClusterSelector selector =
        only != null
            ? new ClusterSelector.Single(only)
            : ClusterSelector.weighted(shares.toArray(new WeightedCluster[0]));
    RouteAction action =
        RouteAction.Forward.to(selector).withTimeouts(RouteAction.Timeouts.of(Duration.ZERO));
    return RouteConfiguration.of(
        name,
        VirtualHost.of(
            name,
            List.of("*"),
            Route.of("tcp", RouteMatch.of(new PathMatcher.Prefix("")), action)));
  }
}
