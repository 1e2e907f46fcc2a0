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

  /** A table of one route with a rule of its own and one of its host. */
  static RouteTable table(
      List<RateLimitRule> ofRoute, boolean includesHosts, RateLimitRule ofHost) {
    RouteAction.Forward to = RouteAction.Forward.to("c");
    RouteAction limited =
        new RouteAction.Forward(
            to.cluster(),
            to.timeouts(),
            to.rewrites(),
            null,
            List.of(),
            Map.of(),
            List.of(),
            ofRoute,
            includesHosts,
            false,
            to.clusterNotFoundStatus());
    VirtualHost plain =
        VirtualHost.of("vh", List.of("*"), Route.of("r", RouteMatch.prefix("/"), limited));
    return RouteTable.compile(
        RouteConfiguration.of(
            "rc",
            new VirtualHost(
                plain.name(),
                plain.domains(),
                plain.routes(),
                null,
                HeaderMutations.NONE,
                plain.requireTls(),
                null,
                List.of(ofHost),
                Map.of())));
  }

  private static Route route(String prefix) {
    return Route.of(prefix, RouteMatch.prefix(prefix), RouteAction.Forward.to("c"));
  }
}
