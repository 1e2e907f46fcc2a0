package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.RouteConfiguration;
import org.junit.jupiter.api.Test;

/** A server is governed by what is said of its own port. */
final class InboundPortsTest {
  private static String chain(int port, String routes) {
    return """
        - filter_chain_match: %s
          filters:
          - name: http
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: in
              route_config: {name: "%s"}
              http_filters:
              - name: router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
        .formatted(
            port == 0 ? "{transport_protocol: raw_buffer}" : "{destination_port: " + port + "}",
            routes)
        .indent(4);
  }

  private static InboundPolicy policy(String... chains) {
    String listener =
        """
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: virtualInbound
          traffic_direction: INBOUND
          address: {socket_address: {address: 0.0.0.0, port_value: 15006}}
          filter_chains:
        """
            + String.join("", chains);
    return XdsFile.parse(listener).snapshot().inbound();
  }

  private static String at(InboundPolicy policy, int port) {
    RouteConfiguration routes = policy.at(port).routes();
    return routes == null ? "" : routes.name();
  }

  @Test
  void ofSeveralPortsTheServersOwnCounts() {
    InboundPolicy policy = policy(chain(0, "rest"), chain(8080, "web"), chain(12200, "rpc"));
    assertEquals("rpc", at(policy, 12200));
    assertEquals("web", at(policy, 8080));
    assertEquals("rest", at(policy, 9999));
  }

  @Test
  void onePortAloneIsTheServersWhateverItsNumber() {
    assertEquals("rpc", at(policy(chain(0, "rest"), chain(12200, "rpc")), 4711));
  }

  @Test
  void withoutPortsTheRestGovernsAll() {
    assertEquals("rest", at(policy(chain(0, "rest")), 12200));
  }
}
