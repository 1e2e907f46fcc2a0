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
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One server as the whole of a configuration. */
final class OneServer {
  private OneServer() {}

  /**
   * The configuration of one server; the target that leads there is its address.
   *
   * @param serialization name of a serializer; null for the protocol's default
   * @param tls how its connections are secured; null for plaintext
   */
  static TrafficSnapshot traffic(
      String address, String protocol, @Nullable String serialization, @Nullable TlsPolicy tls) {
    int colon = address.lastIndexOf(':');
    Endpoint endpoint =
        Endpoint.of(
            address.substring(0, colon).replaceAll("[\\[\\]]", ""),
            Integer.parseInt(address.substring(colon + 1)));
    ClusterSpec cluster =
        new ClusterSpec(
            address,
            protocol,
            new ClusterSpec.Discovery.Eds(address),
            LbPolicy.ROUND_ROBIN,
            LocalityPolicy.DEFAULT,
            CircuitBreakers.DEFAULT,
            ClusterSpec.DEFAULT_CONNECT_TIMEOUT,
            tls,
            serialization,
            Map.of());
    RouteConfiguration routes =
        RouteConfiguration.of(
            address,
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to(address))));
    return new TrafficSnapshot(
        "1",
        Map.of(address, Listener.api(address, Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of(address, cluster),
        Map.of(address, ClusterEndpoints.of(address, List.of(endpoint))),
        null);
  }
}
