package io.duomesh.xds;

import io.duomesh.traffic.MirrorPolicy;
import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteMatch;
import java.util.List;

/** Reads {@code Route}. */
final class RouteParser {
  private final int maxBody;
  private final List<MirrorPolicy> mirrors;

  RouteParser(int maxBody, List<MirrorPolicy> mirrors) {
    this.maxBody = maxBody;
    this.mirrors = mirrors;
  }

  Route parse(io.duomesh.xds.proto.envoy.config.route.v3.Route route) {
    RouteMatch match = FieldPath.in("match", () -> RouteMatchParser.parse(route.getMatch()));
    return new Route(
        route.getName(),
        match,
        action(route, match.path()),
        HeaderMutationsParser.parse(
            route.getRequestHeadersToAddList(),
            route.getRequestHeadersToRemoveList(),
            route.getResponseHeadersToAddList(),
            route.getResponseHeadersToRemoveList()),
        FilterParsers.INSTALLED.perRoute(route.getTypedPerFilterConfigMap()));
  }

  private RouteAction action(
      io.duomesh.xds.proto.envoy.config.route.v3.Route route, PathMatcher path) {
    return switch (route.getActionCase()) {
      case ROUTE ->
          FieldPath.in("route", () -> ForwardParser.parse(route.getRoute(), path, mirrors));
      case REDIRECT ->
          FieldPath.in("redirect", () -> RedirectParser.parse(route.getRedirect(), path));
      case DIRECT_RESPONSE ->
          FieldPath.in(
              "direct_response",
              () -> DirectResponseParser.parse(route.getDirectResponse(), maxBody));
      case NON_FORWARDING_ACTION -> new RouteAction.NonForwarding();
      default ->
          throw new IllegalArgumentException(
              "action " + route.getActionCase() + " is not supported");
    };
  }
}
