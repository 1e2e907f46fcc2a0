package io.duomesh.xds;

import io.duomesh.traffic.RouteConfiguration;

/** Placeholder. */
final class RouteParsing {
  private RouteParsing() {}

  static RouteConfiguration parse(
      io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration message,
      FilterParsers filters) {
    return RouteConfiguration.of(message.getName());
  }
}
