package io.duomesh.governance.route;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The routes that requests of one authority and path may take. Immutable; belongs to its table and
 * dies with it.
 */
public final class Candidates {
  private final RouteTable table;
  private final @Nullable CompiledHost host;
  private final CompiledRoute @Nullable [] routes;

  private Candidates(
      RouteTable table, @Nullable CompiledHost host, CompiledRoute @Nullable [] routes) {
    this.table = table;
    this.host = host;
    this.routes = routes;
  }

  static Candidates of(RouteTable table, String authority, String path) {
    if (table.dependsOnHeaders()) {
      return new Candidates(table, null, null);
    }
    CompiledHost host = table.host(authority);
    if (host == null) {
      return new Candidates(table, null, new CompiledRoute[0]);
    }
    if (!(host.routes() instanceof RouteList.Fixed fixed)) {
      return new Candidates(table, null, null);
    }
    CompiledRoute[] routes =
        Arrays.stream(fixed.all())
            .filter(route -> route.pathMatches(path))
            .toArray(CompiledRoute[]::new);
    return new Candidates(table, host, routes);
  }

  /**
   * Decides about one request, which must have the authority and the path that this was made for.
   *
   * @param random unsigned; used for shares of requests and for weights
   */
  public RouteChoice match(RequestHead head, long random) {
    if (routes == null) {
      return table.route(head, random);
    }
    if (host == null) {
      return table.noHost();
    }
    if (host.refusesPlaintext(head)) {
      return host.httpsRedirect();
    }
    for (CompiledRoute route : routes) {
      if (route.matches(head, random)) {
        return route.choose(head, random);
      }
    }
    return host.noRoute();
  }
}
