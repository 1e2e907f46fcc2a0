package io.duomesh.xds;

import com.google.protobuf.Any;
import io.duomesh.traffic.ClusterSpec.Discovery;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.LbEndpoint;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.duomesh.xds.proto.envoy.extensions.clusters.dns.v3.DnsCluster;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads where the endpoints of a cluster come from. */
final class DiscoveryParser {
  private static final String FORWARD_PROXY =
      "envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig";
  private static final Duration REFRESH = Duration.ofSeconds(5);

  private DiscoveryParser() {}

  static Discovery parse(Cluster cluster) {
    return cluster.hasClusterType() ? custom(cluster) : builtIn(cluster);
  }

  private static Discovery builtIn(Cluster cluster) {
    DiscoveryType type = cluster.getType();
    boolean provided = cluster.getLbPolicy() == LbPolicy.CLUSTER_PROVIDED;
    if (!cluster.hasLoadBalancingPolicy() && provided != (type == DiscoveryType.ORIGINAL_DST)) {
      throw new IllegalArgumentException(
          "lb_policy " + cluster.getLbPolicy() + " is not valid for a cluster of type " + type);
    }
    if (cluster.hasEdsClusterConfig() != (type == DiscoveryType.EDS)) {
      throw new IllegalArgumentException(
          "eds_cluster_config "
              + (cluster.hasEdsClusterConfig() ? "is set" : "is missing")
              + " in a cluster of type "
              + type);
    }
    if (type == DiscoveryType.ORIGINAL_DST && cluster.hasLoadAssignment()) {
      throw new IllegalArgumentException("load_assignment is set in an ORIGINAL_DST cluster");
    }
    boolean hashes =
        cluster.getLbPolicy() == LbPolicy.RING_HASH || cluster.getLbPolicy() == LbPolicy.MAGLEV;
    if (hashes
        && (type == DiscoveryType.STATIC || type == DiscoveryType.EDS)
        && cluster.getCommonLbConfig().getConsistentHashingLbConfig().getUseHostnameForHashing()) {
      throw new IllegalArgumentException(
          "use_hostname_for_hashing is not valid for a cluster of type " + type);
    }
    return switch (type) {
      case EDS -> {
        String service = cluster.getEdsClusterConfig().getServiceName();
        yield new Discovery.Eds(service.isEmpty() ? cluster.getName() : service);
      }
      case ORIGINAL_DST -> new Discovery.OriginalDestination();
      case STRICT_DNS -> new Discovery.Dns(true, refresh(cluster));
      case LOGICAL_DNS -> {
        single(cluster);
        yield new Discovery.Dns(false, refresh(cluster));
      }
      default -> {
        addresses(cluster);
        yield new Discovery.Eds(cluster.getName());
      }
    };
  }

  private static Discovery custom(Cluster cluster) {
    Any config = cluster.getClusterType().getTypedConfig();
    return switch (FilterParsers.effectiveType(config)) {
      case "envoy.extensions.clusters.dns.v3.DnsCluster" -> {
        DnsCluster dns = LbPolicyParser.unpack(config, DnsCluster.class);
        Duration refresh =
            dns.hasDnsRefreshRate() ? CommonParsers.duration(dns.getDnsRefreshRate()) : REFRESH;
        yield new Discovery.Dns(!dns.getAllAddressesInSingleEndpoint(), refresh);
      }
      // It resolves the host that the request names, as a call to an unrouted target does.
      case FORWARD_PROXY -> new Discovery.OriginalDestination();
      default -> new Discovery.Eds(cluster.getName());
    };
  }

  /** Why calls must not use the cluster; null where its endpoints can be found. */
  static @Nullable String unusable(Cluster cluster) {
    if (!cluster.hasClusterType()) {
      return null;
    }
    String type = FilterParsers.effectiveType(cluster.getClusterType().getTypedConfig());
    return type.startsWith("envoy.extensions.clusters.dns.") || type.equals(FORWARD_PROXY)
        ? null
        : "cluster_type " + type + " is not supported";
  }

  private static Duration refresh(Cluster cluster) {
    return cluster.hasDnsRefreshRate()
        ? CommonParsers.duration(cluster.getDnsRefreshRate())
        : REFRESH;
  }

  private static void single(Cluster cluster) {
    if (cluster.getLoadAssignment().getEndpointsCount() != 1
        || cluster.getLoadAssignment().getEndpoints(0).getLbEndpointsCount() != 1) {
      throw new IllegalArgumentException(
          "load_assignment: a LOGICAL_DNS cluster has exactly one endpoint");
    }
  }

  private static void addresses(Cluster cluster) {
    for (LocalityLbEndpoints group : cluster.getLoadAssignment().getEndpointsList()) {
      for (LbEndpoint one : group.getLbEndpointsList()) {
        var address = one.getEndpoint().getAddress();
        String host = address.getSocketAddress().getAddress();
        if (address.hasSocketAddress() && !IpAddresses.isAddress(host)) {
          throw new IllegalArgumentException(
              "load_assignment: "
                  + host
                  + " is no IP address, which a STATIC cluster needs (STRICT_DNS takes names)");
        }
      }
    }
  }
}
