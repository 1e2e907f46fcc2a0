package io.duomesh.governance.route;

import io.duomesh.traffic.VirtualHost;
import java.util.List;

/** A virtual host made ready. */
record CompiledHost(
    VirtualHost host, RouteList routes, RouteChoice noRoute, RouteChoice httpsRedirect) {

  /** Whether a request must come again over TLS. */
  boolean refusesPlaintext(RequestHead head) {
    return switch (host.requireTls()) {
      case NONE -> false;
      // What would make a request internal is what its sender claims: no claim is trusted.
      case ALL, EXTERNAL_ONLY -> !head.scheme().equals("https");
    };
  }

  RouteChoice choose(List<CompiledRoute> candidates, RequestHead head, long random) {
    for (CompiledRoute route : candidates) {
      if (route.pathMatches(head) && route.matches(head, random)) {
        return route.choose(head, random);
      }
    }
    return noRoute;
  }

  void explain(RequestHead head, long random, List<String> why) {
    for (CompiledRoute route : routes.routes(head)) {
      why.add(route.explain(head, random));
      if (route.pathMatches(head) && route.matches(head, random)) {
        return;
      }
    }
    why.add("no route of virtual host " + host.name() + " matches");
  }
}
