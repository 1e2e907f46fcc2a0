package io.duomesh.runtime.routing;

import io.duomesh.governance.route.RouteTable;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The compiled route configurations of one snapshot, by identity. Immutable once made. */
final class RouteTables {
  static final RouteTables NONE = new RouteTables();

  private final Map<RouteConfiguration, RouteTable> tables = new IdentityHashMap<>();

  private RouteTables() {}

  /**
   * Compiles those of a snapshot; what is the same object as before is taken over.
   *
   * @param errors gets why configurations cannot be used; they are left out
   */
  static RouteTables of(TrafficSnapshot snapshot, RouteTables before, Map<String, String> errors) {
    RouteTables made = new RouteTables();
    snapshot.routeConfigurations().values().forEach(c -> made.compile(c, before, errors));
    for (Listener listener : snapshot.listeners().values()) {
      for (Listener.FilterChain chain : listener.chains()) {
        made.compileInline(chain, before, errors);
      }
      if (listener.defaultChain() != null) {
        made.compileInline(listener.defaultChain(), before, errors);
      }
    }
    return made;
  }

  private void compileInline(
      Listener.FilterChain chain, RouteTables before, Map<String, String> errors) {
    if (chain.action() instanceof Listener.HttpRoutes routes && routes.inline() != null) {
      compile(routes.inline(), before, errors);
    }
  }

  private void compile(
      RouteConfiguration configuration, RouteTables before, Map<String, String> errors) {
    RouteTable known = before.tables.get(configuration);
    try {
      tables.put(configuration, known != null ? known : RouteTable.compile(configuration));
    } catch (IllegalArgumentException e) {
      errors.put("RouteConfiguration/" + configuration.name(), String.valueOf(e.getMessage()));
    }
  }

  /** The table of a configuration; null where it cannot be used. */
  @Nullable RouteTable get(RouteConfiguration configuration) {
    return tables.get(configuration);
  }
}
