package io.duomesh.runtime;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A configuration with one target, whose calls all go to one cluster, without a route timeout. */
final class OneCluster {
  private static final AtomicInteger VERSION = new AtomicInteger();

  private OneCluster() {}

  static TrafficSnapshot of(String target, String protocol, String... addresses) {
    return of(target, ClusterSpec.of("c", protocol, LbPolicy.ROUND_ROBIN), forward(), addresses);
  }

  static RouteAction.Forward forward() {
    return RouteAction.Forward.to("c").withTimeouts(RouteAction.Timeouts.of(Duration.ZERO));
  }

  static TrafficSnapshot of(
      String target, ClusterSpec cluster, RouteAction.Forward action, String... addresses) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of("all", List.of("*"), Route.of("all", RouteMatch.prefix(""), action)));
    return new TrafficSnapshot(
        String.valueOf(VERSION.incrementAndGet()),
        Map.of(target, Listener.api(target, Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("c", cluster),
        Map.of(
            "c",
            ClusterEndpoints.of("c", Arrays.stream(addresses).map(OneCluster::endpoint).toList())),
        null);
  }

  private static Endpoint endpoint(String address) {
    int colon = address.lastIndexOf(':');
    return Endpoint.of(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }
}
