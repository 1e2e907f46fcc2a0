package io.duomesh.runtime.client;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Settings;
import io.duomesh.governance.route.Entrance;
import io.duomesh.governance.route.HeadNormalizer;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.traffic.ClusterSelector;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes tables of snapshots. What is the same object in two snapshots is compiled once; clusters
 * keep their connections; new clusters connect before the table that names them is installed, and
 * those that are gone drain after it. Control thread only, except where said.
 */
public final class SnapshotCompiler implements AutoCloseable {
  private final ClusterContext context;
  private final Settings settings;
  private final BiFunction<Target, Invocation, ClientCall> unknownTarget;
  private final FilterSites sites = new FilterSites();
  private Map<RouteConfiguration, RouteTable> tables = new IdentityHashMap<>();
  private @Nullable TableRouter latest;
  private @Nullable TableRouter inForce;
  private final Set<ClusterHandle> alive = new HashSet<>();
  private List<ClusterHandle> leaving = new ArrayList<>();

  /**
   * A compiler.
   *
   * @param unknownTarget what calls get whose target has no entrance in the table
   */
  public SnapshotCompiler(
      ClusterContext context,
      Settings settings,
      BiFunction<Target, Invocation, ClientCall> unknownTarget) {
    this.context = context;
    this.settings = settings;
    this.unknownTarget = unknownTarget;
  }

  /**
   * Compiles a snapshot and, once its new clusters are warm, hands the table to {@code install}.
   *
   * @param wanted targets whose clusters are warmed
   * @return why resources cannot be used, by {@code type/name}; their parts are left out
   */
  public Map<String, String> compile(
      TrafficSnapshot snapshot, Set<Target> wanted, Consumer<TableRouter> install) {
    Map<String, String> errors = new LinkedHashMap<>();
    Map<RouteConfiguration, RouteTable> compiled = compileRoutes(snapshot, errors);
    tables = compiled;
    Clusters clusters = new Clusters(snapshot, settings, context);
    TableRouter before = latest;
    if (before != null) {
      alive.addAll(before.clusters().all());
      clusters.inherit(before.clusters());
    }
    TableRouter next =
        new TableRouter(
            snapshot.version(),
            clusters,
            (target, table) -> resolve(snapshot, compiled, table, target),
            unknownTarget);
    latest = next;
    for (Target target : wanted) {
      TargetRoutes routes = next.routes(target);
      if (routes != null) {
        routes.prepare();
      }
    }
    warm(clusters.all(), () -> installed(next, install));
    return errors;
  }

  private Map<RouteConfiguration, RouteTable> compileRoutes(
      TrafficSnapshot snapshot, Map<String, String> errors) {
    Map<RouteConfiguration, RouteTable> compiled = new IdentityHashMap<>();
    snapshot.routeConfigurations().values().forEach(c -> compile(c, compiled, errors));
    for (Listener listener : snapshot.listeners().values()) {
      for (Listener.FilterChain chain : listener.chains()) {
        compileInline(chain, compiled, errors);
      }
      if (listener.defaultChain() != null) {
        compileInline(listener.defaultChain(), compiled, errors);
      }
    }
    return compiled;
  }

  private void compileInline(
      Listener.FilterChain chain,
      Map<RouteConfiguration, RouteTable> compiled,
      Map<String, String> errors) {
    if (chain.action() instanceof Listener.HttpRoutes routes && routes.inline() != null) {
      compile(routes.inline(), compiled, errors);
    }
  }

  private void compile(
      RouteConfiguration configuration,
      Map<RouteConfiguration, RouteTable> compiled,
      Map<String, String> errors) {
    RouteTable known = tables.get(configuration);
    try {
      compiled.put(configuration, known != null ? known : RouteTable.compile(configuration));
    } catch (IllegalArgumentException e) {
      errors.put("RouteConfiguration/" + configuration.name(), String.valueOf(e.getMessage()));
    }
  }

  /** The routes of a target; any thread. */
  private @Nullable TargetRoutes resolve(
      TrafficSnapshot snapshot,
      Map<RouteConfiguration, RouteTable> compiled,
      TableRouter table,
      Target target) {
    Entrance entrance = Entrance.of(snapshot, target.authority());
    if (entrance == null) {
      return null;
    }
    boolean grpc = !ProtocolSetting.of(settings, target.authority()).equals("bolt");
    if (entrance.chain().action() instanceof Listener.HttpRoutes routes) {
      RouteConfiguration configuration =
          routes.inline() != null
              ? routes.inline()
              : snapshot.routeConfigurations().get(routes.routeConfigurationName());
      RouteTable routeTable = configuration == null ? null : compiled.get(configuration);
      return routeTable == null
          ? null
          : new TargetRoutes(
              target.authority(),
              entrance.listener().name(),
              routeTable,
              routes.filters(),
              new HeadNormalizer(routes.head(), entrance.listener().port()),
              table.clusters(),
              sites,
              grpc);
    }
    Listener.TcpProxy proxy = (Listener.TcpProxy) entrance.chain().action();
    return new TargetRoutes(
        target.authority(),
        entrance.listener().name(),
        RouteTable.compile(connections(entrance.listener().name(), proxy)),
        List.of(),
        new HeadNormalizer(HeadRules.NONE, 0),
        table.clusters(),
        sites,
        grpc);
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

  private void warm(List<ClusterHandle> clusters, Runnable ready) {
    List<ClusterHandle> cold = new ArrayList<>();
    for (ClusterHandle cluster : clusters) {
      if (!cluster.isWarm()) {
        cold.add(cluster);
      }
    }
    if (cold.isEmpty()) {
      ready.run();
      return;
    }
    int[] missing = {cold.size()}; // control thread only
    for (ClusterHandle cluster : cold) {
      cluster.warm(
          () -> {
            if (--missing[0] == 0) {
              ready.run();
            }
          });
    }
  }

  private void installed(TableRouter next, Consumer<TableRouter> install) {
    if (latest != next) {
      return; // a newer one was compiled while this one warmed; it has taken over the clusters
    }
    install.accept(next);
    TableRouter replaced = inForce;
    inForce = next;
    if (replaced != null) {
      alive.addAll(replaced.clusters().all()); // calls may have made some while this one warmed
    }
    Set<ClusterHandle> kept = new HashSet<>(next.clusters().all());
    for (ClusterHandle cluster : alive) {
      if (!kept.contains(cluster)) {
        leaving.add(cluster);
      }
    }
    alive.clear();
    drainLeaving();
  }

  /** Lets go of clusters that no table names, once their last call has ended. */
  private void drainLeaving() {
    if (leaving.isEmpty()) {
      return;
    }
    context
        .scheduler()
        .schedule(
            () -> {
              List<ClusterHandle> busy = new ArrayList<>();
              for (ClusterHandle cluster : leaving) {
                if (cluster.active() > 0) {
                  busy.add(cluster);
                } else {
                  cluster.retire();
                }
              }
              leaving = busy;
              drainLeaving();
            },
            ClusterContext.WARM_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    if (latest != null) {
      latest.clusters().all().forEach(ClusterHandle::close);
    }
    if (inForce != null) {
      inForce.clusters().all().forEach(ClusterHandle::close);
    }
    alive.forEach(ClusterHandle::close);
    leaving.forEach(ClusterHandle::close);
  }
}
