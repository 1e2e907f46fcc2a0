package io.duomesh.benchmarks;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What our client is configured with, as a control plane would: routes, a limit, a cluster. */
final class Traffic {
  private static final long NO_CALL_IS_REFUSED = 1_000_000_000;

  private Traffic() {}

  /**
   * A snapshot with one cluster.
   *
   * @param connections endpoints, each of which gets a connection: 127.0.0.1, .2 and so on
   */
  static TrafficSnapshot snapshot(String protocol, int port, int connections) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "echo",
                List.of("echo"),
                Route.of("other", RouteMatch.prefix("/other"), RouteAction.Forward.to("other")),
                Route.of("echo", RouteMatch.prefix("/"), RouteAction.Forward.to("echo"))));
    LocalRateLimit limit =
        LocalRateLimit.of(
            new LocalRateLimit.TokenBucket(
                NO_CALL_IS_REFUSED, NO_CALL_IS_REFUSED, Duration.ofSeconds(1)));
    List<Endpoint> endpoints =
        IntStream.rangeClosed(1, connections)
            .mapToObj(i -> Endpoint.of("127.0.0." + i, port))
            .toList();
    return new TrafficSnapshot(
        "1",
        Map.of(
            "echo",
            Listener.api(
                "echo",
                new Listener.HttpRoutes(
                    null, routes, List.of(FilterSpec.of("local_ratelimit", limit))))),
        Map.of(),
        Map.of("echo", ClusterSpec.of("echo", protocol, LbPolicy.ROUND_ROBIN)),
        Map.of("echo", ClusterEndpoints.of("echo", endpoints)),
        null);
  }
}
