package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.core.v3.Address;
import io.duomesh.xds.proto.envoy.config.core.v3.AggregatedConfigSource;
import io.duomesh.xds.proto.envoy.config.core.v3.ConfigSource;
import io.duomesh.xds.proto.envoy.config.core.v3.SocketAddress;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.duomesh.xds.proto.envoy.config.listener.v3.ApiListener;
import io.duomesh.xds.proto.envoy.config.listener.v3.Filter;
import io.duomesh.xds.proto.envoy.config.listener.v3.FilterChain;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.config.route.v3.Route;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteAction;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteMatch;
import io.duomesh.xds.proto.envoy.config.route.v3.VirtualHost;
import io.duomesh.xds.proto.envoy.extensions.filters.http.router.v3.Router;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.Rds;

/** Small resources. */
final class Fixtures {
  static final ConfigSource ADS =
      ConfigSource.newBuilder().setAds(AggregatedConfigSource.getDefaultInstance()).build();

  private Fixtures() {}

  static Any pack(Message message) {
    return Any.pack(message);
  }

  static Cluster cluster(String name) {
    return Cluster.newBuilder()
        .setName(name)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(ADS))
        .build();
  }

  /** A cluster that every reader must refuse. */
  static Cluster badCluster(String name) {
    return cluster(name).toBuilder().setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED).build();
  }

  static ClusterLoadAssignment endpoints(String name, int... ports) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(name);
    var group = assignment.addEndpointsBuilder();
    for (int port : ports) {
      group
          .addLbEndpointsBuilder()
          .getEndpointBuilder()
          .setAddress(
              Address.newBuilder()
                  .setSocketAddress(
                      SocketAddress.newBuilder().setAddress("127.0.0.1").setPortValue(port)));
    }
    return assignment.build();
  }

  static HttpConnectionManager manager(String routes) {
    return HttpConnectionManager.newBuilder()
        .setStatPrefix("x")
        .setRds(Rds.newBuilder().setConfigSource(ADS).setRouteConfigName(routes))
        .addHttpFilters(
            HttpFilter.newBuilder()
                .setName("router")
                .setTypedConfig(pack(Router.getDefaultInstance())))
        .build();
  }

  static Listener apiListener(String name, String routes) {
    return Listener.newBuilder()
        .setName(name)
        .setApiListener(ApiListener.newBuilder().setApiListener(pack(manager(routes))))
        .build();
  }

  static Listener listener(String name, int port, String routes) {
    return Listener.newBuilder()
        .setName(name)
        .setAddress(
            Address.newBuilder()
                .setSocketAddress(
                    SocketAddress.newBuilder().setAddress("0.0.0.0").setPortValue(port)))
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(
                    Filter.newBuilder().setName("hcm").setTypedConfig(pack(manager(routes)))))
        .build();
  }

  static RouteConfiguration routes(String name, String... clusters) {
    VirtualHost.Builder host = VirtualHost.newBuilder().setName("any").addDomains("*");
    for (String cluster : clusters) {
      host.addRoutes(
          Route.newBuilder()
              .setMatch(RouteMatch.newBuilder().setPrefix("/" + cluster))
              .setRoute(RouteAction.newBuilder().setCluster(cluster)));
    }
    return RouteConfiguration.newBuilder().setName(name).addVirtualHosts(host).build();
  }
}
