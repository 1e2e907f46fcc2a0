package io.duomesh.cli;

import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.LocalityPolicy;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.util.List;
import java.util.Map;

/** One address to which Bolt carries protobuf (codec 11), which only a cluster can say. */
final class BoltProtobuf {
  /** The target that leads there. */
  static final String NAME = "peer";

  private BoltProtobuf() {}

  static TrafficSnapshot traffic(String address) {
    int colon = address.lastIndexOf(':');
    Endpoint endpoint =
        Endpoint.of(
            address.substring(0, colon).replaceAll("[\\[\\]]", ""),
            Integer.parseInt(address.substring(colon + 1)));
    ClusterSpec cluster =
        new ClusterSpec(
            NAME,
            "bolt",
            new ClusterSpec.Discovery.Eds(NAME),
            LbPolicy.ROUND_ROBIN,
            LocalityPolicy.DEFAULT,
            CircuitBreakers.DEFAULT,
            ClusterSpec.DEFAULT_CONNECT_TIMEOUT,
            null,
            "protobuf",
            Map.of());
    RouteConfiguration routes =
        RouteConfiguration.of(
            NAME,
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to(NAME))));
    return new TrafficSnapshot(
        "1",
        Map.of(NAME, Listener.api(NAME, Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of(NAME, cluster),
        Map.of(NAME, ClusterEndpoints.of(NAME, List.of(endpoint))),
        null);
  }
}
