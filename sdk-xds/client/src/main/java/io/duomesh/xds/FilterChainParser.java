package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.HeadRules;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.WeightedCluster;
import io.duomesh.xds.proto.envoy.config.listener.v3.Filter;
import io.duomesh.xds.proto.envoy.config.route.v3.VirtualHost;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.duomesh.xds.proto.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.ArrayList;
import java.util.List;

/** Reads the network filters of a chain: routes, a TCP proxy, or nothing that an SDK could do. */
final class FilterChainParser {
  private static final String CONNECTION_MANAGER =
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  private static final String TCP_PROXY = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
  private static final String ROUTER = "envoy.extensions.filters.http.router.v3.Router";

  private final FilterParsers filters;
  private final boolean inbound;

  /**
   * On the inbound side filters that are not understood are left out; what a server enforces is
   * documented.
   */
  FilterChainParser(FilterParsers filters, boolean inbound) {
    this.filters = filters;
    this.inbound = inbound;
  }

  /**
   * Where a chain's calls go; a TCP proxy to no cluster where it ends in a filter for other
   * protocols.
   */
  Listener.Action action(List<Filter> chain) {
    for (Filter filter : chain) {
      Any config = filter.getTypedConfig();
      String type = FilterParsers.typeOf(config);
      if (type.equals(CONNECTION_MANAGER)) {
        return connectionManager(config);
      }
      if (type.equals(TCP_PROXY)) {
        return tcpProxy(LbPolicyParser.unpack(config, TcpProxy.class));
      }
    }
    return new Listener.TcpProxy(List.of());
  }

  /** The routes of a connection manager. */
  Listener.HttpRoutes connectionManager(Any config) {
    if (!FilterParsers.typeOf(config).equals(CONNECTION_MANAGER)) {
      throw new IllegalArgumentException(
          "api_listener is a " + FilterParsers.typeOf(config) + ", not an HttpConnectionManager");
    }
    HttpConnectionManager manager =
        LbPolicyParser.unpack(
            inbound ? withHostNames(config) : config, HttpConnectionManager.class);
    List<FilterSpec> specs = filters(manager.getHttpFiltersList());
    HeadRules head = HeadRulesParser.parse(manager);
    return switch (manager.getRouteSpecifierCase()) {
      case RDS -> {
        String name = manager.getRds().getRouteConfigName();
        if (name.isEmpty()) {
          throw new IllegalArgumentException("rds has no route_config_name");
        }
        yield new Listener.HttpRoutes(name, null, specs, head);
      }
      case ROUTE_CONFIG ->
          new Listener.HttpRoutes(
              null, RouteConfigurationParser.parse(manager.getRouteConfig()), specs, head);
      default ->
          throw new IllegalArgumentException(
              manager.getRouteSpecifierCase()
                  + " is not supported (expected: rds or route_config)");
    };
  }

  /** Istio leaves out the names of virtual hosts in what it sends to proxyless servers. */
  private static Any withHostNames(Any config) {
    try {
      HttpConnectionManager.Builder manager =
          config.unpack(HttpConnectionManager.class).toBuilder();
      if (manager.hasRouteConfig()) {
        for (VirtualHost.Builder host :
            manager.getRouteConfigBuilder().getVirtualHostsBuilderList()) {
          host.setName(host.getName().isEmpty() ? "inbound" : host.getName());
        }
      }
      return Any.pack(manager.build());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("HttpConnectionManager: " + e.getMessage(), e);
    }
  }

  private List<FilterSpec> filters(List<HttpFilter> all) {
    List<FilterSpec> specs = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      HttpFilter filter = all.get(i);
      boolean last = i == all.size() - 1;
      boolean router = FilterParsers.typeOf(filter.getTypedConfig()).equals(ROUTER);
      if (router != last) {
        throw new IllegalArgumentException(
            "http filter "
                + filter.getName()
                + (router
                    ? " must be the last filter"
                    : " is the last filter, which must be the router"));
      }
      if (!router && (!inbound || this.filters.understands(filter))) {
        FilterSpec spec = this.filters.filter(filter);
        if (spec != null) {
          specs.add(spec);
        }
      }
    }
    return specs;
  }

  private static Listener.TcpProxy tcpProxy(TcpProxy proxy) {
    return new Listener.TcpProxy(
        proxy.hasWeightedClusters()
            ? proxy.getWeightedClusters().getClustersList().stream()
                .map(
                    one ->
                        WeightedCluster.of(one.getName(), Integer.toUnsignedLong(one.getWeight())))
                .toList()
            : List.of(WeightedCluster.of(proxy.getCluster(), 1)));
  }
}
