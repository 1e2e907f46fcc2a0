package io.duomesh.governance.filter;

import io.duomesh.governance.route.RouteTable;
import io.duomesh.traffic.HeaderMutations;
import io.duomesh.traffic.RateLimitRule;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.VirtualHost;
import java.util.List;
import java.util.Map;

/** A table of two routes to one cluster, whose host has a rate-limit rule. */
final class LimitedRoutes {
  private LimitedRoutes() {}

  static RouteTable table(RateLimitRule rule) {
    VirtualHost plain = VirtualHost.of("vh", List.of("*"), route("/one"), route("/two"));
    VirtualHost limited =
        new VirtualHost(
            plain.name(),
            plain.domains(),
            plain.routes(),
            null,
            HeaderMutations.NONE,
            plain.requireTls(),
            null,
            List.of(rule),
            Map.of());
    return RouteTable.compile(RouteConfiguration.of("rc", limited));
  }

  private static Route route(String prefix) {
    return Route.of(prefix, RouteMatch.prefix(prefix), RouteAction.Forward.to("c"));
  }
}
