package io.duomesh.runtime.routing;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Settings;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes tables of snapshots. What is the same object in two snapshots is compiled once; clusters
 * keep their connections; new clusters connect before the table that names them is installed, and
 * those that are gone drain after it. Control thread only, but for {@link #close}.
 */
public final class SnapshotCompiler implements AutoCloseable {
  private final ClusterContext context;
  private final Settings settings;
  private final BiFunction<Target, Invocation, ClientCall> unknownTarget;
  private final LeavingClusters leaving;

  /** Clusters of tables that were replaced or overtaken since one was installed. */
  private final Set<ClusterHandle> alive = ConcurrentHashMap.newKeySet();

  private RouteTables tables = RouteTables.NONE;
  private FilterSites sites = new FilterSites();
  private volatile @Nullable TableRouter latest;
  private volatile @Nullable TableRouter inForce;
  private volatile boolean closed;

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
    this.leaving = new LeavingClusters(context.scheduler());
  }

  /**
   * Compiles a snapshot and, once its new clusters are warm, hands the table to {@code install}.
   *
   * @param wanted targets whose clusters are warmed
   * @return why resources cannot be used, by {@code type/name}; their parts are left out
   * @throws RuntimeException if the snapshot cannot be used at all; the table in force stays
   */
  public Map<String, String> compile(
      TrafficSnapshot snapshot, Set<Target> wanted, Consumer<TableRouter> install) {
    Map<String, String> errors = new LinkedHashMap<>();
    tables = RouteTables.of(snapshot, tables, errors);
    Clusters clusters = new Clusters(snapshot, settings, context);
    TableRouter before = latest;
    if (before != null) {
      alive.addAll(before.clusters().all());
      clusters.inherit(before.clusters());
    }
    FilterSites nextSites = sites.next();
    TargetResolver resolver = new TargetResolver(snapshot, tables, clusters, nextSites, settings);
    TableRouter next =
        new TableRouter(snapshot.version(), clusters, resolver::resolve, unknownTarget);
    latest = next;
    for (Target target : wanted) {
      TargetRoutes routes = next.routes(target);
      if (routes != null) {
        routes.prepare();
      }
    }
    sites.forgetEarlier();
    sites = nextSites;
    if (closed) { // meanwhile, perhaps before it saw these
      clusters.all().forEach(ClusterHandle::close);
    } else {
      warm(clusters.all(), () -> installed(next, install));
    }
    return errors;
  }

  private static void warm(List<ClusterHandle> clusters, Runnable ready) {
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
    if (latest != next || closed) {
      return; // a newer one was compiled while this one warmed; it has taken over the clusters
    }
    install.accept(next);
    TableRouter replaced = inForce;
    inForce = next;
    if (replaced != null) {
      alive.addAll(replaced.clusters().all()); // calls may have made some while this one warmed
    }
    next.clusters().all().forEach(alive::remove);
    leaving.add(alive);
    alive.clear();
  }

  /** The runtime ends. Any thread. */
  @Override
  public void close() {
    closed = true;
    closeAll(latest);
    closeAll(inForce);
    alive.forEach(ClusterHandle::close);
    leaving.close();
  }

  private static void closeAll(@Nullable TableRouter table) {
    if (table != null) {
      table.clusters().all().forEach(ClusterHandle::close);
    }
  }
}
