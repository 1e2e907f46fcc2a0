package io.duomesh.interop;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Resources of a small mesh, in Envoy's own messages: what a control plane would be told. */
final class XdsResourcesText {
  private static final JsonFormat.Parser PARSER =
      JsonFormat.parser()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(HttpConnectionManager.getDescriptor())
                  .add(Router.getDescriptor())
                  .add(LocalRateLimit.getDescriptor())
                  .add(HttpProtocolOptions.getDescriptor())
                  .build());

  private static final String MANAGER =
      """
      "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
      "statPrefix": "echo",
      "rds": {"routeConfigName": "routes", "configSource": {"ads": {}, "resourceApiVersion": "V3"}},
      "httpFilters": [{"name": "router", "typedConfig":
        {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]
      """;

  private XdsResourcesText() {}

  private static <B extends Message.Builder> B parse(String json, B builder) {
    try {
      PARSER.merge(json, builder);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(json, e);
    }
    return builder;
  }

  /** A listener for proxyless clients, by its name. */
  static Listener apiListener(String name) {
    return parse(
            "{\"name\": \"" + name + "\", \"apiListener\": {\"apiListener\": {" + MANAGER + "}}}",
            Listener.newBuilder())
        .build();
  }

  /** A listener that a sidecar binds. */
  static Listener socketListener(int port) {
    return parse(
            """
            {"name": "outbound", "trafficDirection": "OUTBOUND",
             "address": {"socketAddress": {"address": "127.0.0.1", "portValue": %d}},
             "filterChains": [{"filters": [{"name": "hcm", "typedConfig": {%s}}]}]}
            """
                .formatted(port, MANAGER),
            Listener.newBuilder())
        .build();
  }

  /** A proxyless server's own listener: it serves what comes, so many calls and no more. */
  static Listener serverListener(String name, String address, int port, int calls) {
    return parse(
            """
            {"name": "%s", "address": {"socketAddress": {"address": "%s", "portValue": %d}},
             "filterChains": [{"name": "plaintext", "filters": [{"name": "hcm", "typedConfig": {
               "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
               "statPrefix": "in",
               "routeConfig": {"name": "in", "virtualHosts": [{"name": "in", "domains": ["*"],
                 "routes": [{"match": {"prefix": "/"}, "nonForwardingAction": {}}]}]},
               "httpFilters": [
                 {"name": "limit", "isOptional": true, "typedConfig": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
                   "statPrefix": "limit",
                   "tokenBucket": {"maxTokens": %d, "tokensPerFill": 1, "fillInterval": "3600s"},
                   "filterEnabled": {"defaultValue": {"numerator": 100}},
                   "filterEnforced": {"defaultValue": {"numerator": 100}}}},
                 {"name": "router", "typedConfig":
                   {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}
            """
                .formatted(name, address, port, calls),
            Listener.newBuilder())
        .build();
  }

  /** The table {@code routes} of one host; {@code routes} are JSON objects. */
  static RouteConfiguration routes(String... routes) {
    return parse(
            """
            {"name": "routes", "virtualHosts": [{"name": "echo", "domains": ["*"], "routes": [%s]}]}
            """
                .formatted(String.join(",", routes)),
            RouteConfiguration.newBuilder())
        .build();
  }

  /** A cluster whose endpoints come by EDS. */
  static Cluster cluster(String name) {
    return parse(
            """
            {"name": "%s", "type": "EDS", "connectTimeout": "2s",
             "edsClusterConfig": {"edsConfig": {"ads": {}, "resourceApiVersion": "V3"}},
             "typedExtensionProtocolOptions": {
               "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                 "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                 "explicitHttpConfig": {"http2ProtocolOptions": {}}}}}
            """
                .formatted(name),
            Cluster.newBuilder())
        .build();
  }

  /** Its endpoints on loopback. */
  static ClusterLoadAssignment endpoints(String cluster, int... ports) {
    List<String> endpoints = new ArrayList<>();
    for (int port : ports) {
      endpoints.add(
          """
          {"endpoint": {"address": {"socketAddress": {"address": "127.0.0.1", "portValue": %d}}}}
          """
              .formatted(port));
    }
    return parse(
            """
            {"clusterName": "%s", "endpoints": [{"locality": {"region": "here"},
             "loadBalancingWeight": 1, "lbEndpoints": [%s]}]}
            """
                .formatted(cluster, String.join(",", endpoints)),
            ClusterLoadAssignment.newBuilder())
        .build();
  }

  static Snapshot snapshot(
      String version,
      List<Listener> listeners,
      RouteConfiguration routes,
      Map<String, int[]> clusters) {
    List<Cluster> specs = new ArrayList<>();
    List<ClusterLoadAssignment> assignments = new ArrayList<>();
    clusters.forEach(
        (name, ports) -> {
          specs.add(cluster(name));
          assignments.add(endpoints(name, ports));
        });
    return Snapshot.create(specs, assignments, listeners, List.of(routes), List.of(), version);
  }
}
