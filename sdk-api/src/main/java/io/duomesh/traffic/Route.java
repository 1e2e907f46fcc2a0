package io.duomesh.traffic;

import java.util.Map;

/**
 * What to do with the requests that match ({@code config.route.v3.Route}).
 *
 * @param name for diagnostics; may be empty
 * @param match which requests
 * @param action what to do
 * @param headers mutations for them
 * @param filterConfigs per-filter configuration by filter name
 */
public record Route(
    String name,
    RouteMatch match,
    RouteAction action,
    HeaderMutations headers,
    Map<String, Object> filterConfigs) {

  /** Copies the map. */
  public Route {
    filterConfigs = Map.copyOf(filterConfigs);
  }

  /** A route without mutations and filter configuration. */
  public static Route of(String name, RouteMatch match, RouteAction action) {
    return new Route(name, match, action, HeaderMutations.NONE, Map.of());
  }
}
