package io.duomesh.governance.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes that requests of one authority and path may take. Immutable; belongs to its table and
 * dies with it.
 */
public final class Candidates {
  private final RouteTable table;
  private final @Nullable CompiledHost host;
  private final @Nullable List<CompiledRoute> routes;

  private Candidates(
      RouteTable table, @Nullable CompiledHost host, @Nullable List<CompiledRoute> routes) {
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
      return new Candidates(table, null, List.of());
    }
    if (!(host.routes() instanceof RouteList.Fixed fixed)) {
      return new Candidates(table, null, null);
    }
    List<CompiledRoute> routes =
        fixed.all().stream().filter(route -> route.pathMatches(path)).toList();
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
    for (int i = 0; i < routes.size(); i++) { // no iterator: this is every call's way
      CompiledRoute route = routes.get(i);
      if (route.matches(head, random)) {
        return route.choose(head, random);
      }
    }
    return host.noRoute();
  }
}
