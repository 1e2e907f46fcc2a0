package io.duomesh.xds;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.Locality;
import io.duomesh.traffic.LocalityEndpoints;
import io.duomesh.xds.proto.envoy.config.core.v3.HealthStatus;
import io.duomesh.xds.proto.envoy.config.core.v3.Metadata;
import io.duomesh.xds.proto.envoy.config.core.v3.SocketAddress;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.LbEndpoint;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code ClusterLoadAssignment}s, from EDS and from clusters. */
final class EndpointsParser {
  private static final int DEFAULT_OVERPROVISIONING = 140;

  private EndpointsParser() {}

  /**
   * The endpoints of a resource.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static ClusterEndpoints parse(ClusterLoadAssignment assignment) {
    ProtoRules.check(assignment);
    SupportedFields.TABLE.check(assignment);
    ClusterLoadAssignment.Policy policy = assignment.getPolicy();
    List<LocalityEndpoints> localities = new ArrayList<>();
    // Envoy takes an address once and skips its repeats, even across localities of one priority.
    Map<Integer, Set<String>> seen = new HashMap<>();
    for (LocalityLbEndpoints group : assignment.getEndpointsList()) {
      long weight = Integer.toUnsignedLong(group.getLoadBalancingWeight().getValue());
      int priority = group.getPriority();
      Set<String> addresses = seen.computeIfAbsent(priority, p -> new HashSet<>());
      localities.add(
          new LocalityEndpoints(
              locality(group.getLocality()),
              weight,
              priority,
              endpoints(assignment, group, addresses)));
    }
    return new ClusterEndpoints(
        assignment.getClusterName(),
        localities,
        policy.hasOverprovisioningFactor()
            ? policy.getOverprovisioningFactor().getValue()
            : DEFAULT_OVERPROVISIONING,
        dropPerMillion(policy));
  }

  private static List<Endpoint> endpoints(
      ClusterLoadAssignment assignment, LocalityLbEndpoints group, Set<String> seen) {
    List<LbEndpoint> given =
        group.hasLoadBalancerEndpoints()
            ? group.getLoadBalancerEndpoints().getLbEndpointsList()
            : group.getLbEndpointsList();
    List<Endpoint> endpoints = new ArrayList<>(given.size());
    Labels labels = new Labels();
    for (int i = 0; i < given.size(); i++) {
      LbEndpoint one = given.get(i);
      Endpoint endpoint;
      try {
        check(one);
        endpoint = endpoint(assignment, one, labels);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("lb_endpoints[" + i + "]: " + e.getMessage(), e);
      }
      if (endpoint != null && seen.add(endpoint.address())) {
        endpoints.add(endpoint);
      }
    }
    return endpoints;
  }

  /** What {@link ProtoRules} would say, without reflection for endpoints of the usual form. */
  private static void check(LbEndpoint one) {
    var endpoint = one.getEndpoint();
    SocketAddress address = endpoint.getAddress().getSocketAddress();
    boolean usual =
        !one.hasEndpointName()
            && endpoint.getAddress().hasSocketAddress()
            && !endpoint.hasHealthCheckConfig()
            && endpoint.getAdditionalAddressesCount() == 0
            && (!one.hasMetadata()
                || one.getMetadata().getTypedFilterMetadataCount() == 0
                    && !one.getMetadata().containsFilterMetadata(""))
            && address.getPortSpecifierCase() == SocketAddress.PortSpecifierCase.PORT_VALUE
            && address.getProtocol() != SocketAddress.Protocol.UNRECOGNIZED;
    boolean good =
        usual
            && !address.getAddress().isEmpty()
            && Integer.compareUnsigned(address.getPortValue(), 65_535) <= 0
            && (!one.hasLoadBalancingWeight() || one.getLoadBalancingWeight().getValue() != 0);
    if (!good) {
      ProtoRules.check(one);
    }
  }

  /** The metadata of neighbours is mostly the same: read once, and held once. */
  @SuppressWarnings("ReferenceEquality") // none is the same object, which equals would go through
  private static final class Labels {
    private Metadata last = Metadata.getDefaultInstance();
    private Map<String, Map<String, Object>> read = Map.of();

    Map<String, Map<String, Object>> of(Metadata metadata) {
      if (metadata != last && !metadata.equals(last)) {
        last = metadata;
        read = Map.copyOf(CommonParsers.metadata(metadata)); // Endpoint keeps it as it is
      }
      return read;
    }
  }

  /** An endpoint; null for one that no TCP connection reaches (a pipe, an internal listener). */
  private static @Nullable Endpoint endpoint(
      ClusterLoadAssignment assignment, LbEndpoint one, Labels labels) {
    var endpoint = one.getEndpoint();
    if (one.hasEndpointName()) {
      endpoint = assignment.getNamedEndpointsMap().get(one.getEndpointName());
      if (endpoint == null) {
        throw new IllegalArgumentException(
            "endpoint_name " + one.getEndpointName() + " is not among named_endpoints");
      }
    }
    if (!endpoint.getAddress().hasSocketAddress()) {
      return null;
    }
    SocketAddress address = endpoint.getAddress().getSocketAddress();
    if (address.hasNamedPort()) {
      throw new IllegalArgumentException(
          "endpoint " + address.getAddress() + " has a named port: " + address.getNamedPort());
    }
    return new Endpoint(
        address.getAddress(),
        address.getPortValue(),
        one.hasLoadBalancingWeight()
            ? Integer.toUnsignedLong(one.getLoadBalancingWeight().getValue())
            : 1,
        health(one.getHealthStatus()),
        endpoint.getHostname(),
        labels.of(one.getMetadata()));
  }

  private static Endpoint.Health health(HealthStatus status) {
    return switch (status) {
      case HEALTHY -> Endpoint.Health.HEALTHY;
      case UNHEALTHY -> Endpoint.Health.UNHEALTHY;
      case DRAINING -> Endpoint.Health.DRAINING;
      case TIMEOUT -> Endpoint.Health.TIMEOUT;
      case DEGRADED -> Endpoint.Health.DEGRADED;
      default -> Endpoint.Health.UNKNOWN;
    };
  }

  private static Locality locality(io.duomesh.xds.proto.envoy.config.core.v3.Locality locality) {
    return locality.equals(locality.getDefaultInstanceForType())
        ? Locality.NONE
        : new Locality(locality.getRegion(), locality.getZone(), locality.getSubZone());
  }

  private static long dropPerMillion(ClusterLoadAssignment.Policy policy) {
    if (policy.getDropOverloadsCount() > 1) {
      throw new IllegalArgumentException("policy.drop_overloads has more than one entry");
    }
    if (policy.getDropOverloadsCount() == 0) {
      return 0;
    }
    var share = policy.getDropOverloads(0).getDropPercentage();
    long perMillion =
        Integer.toUnsignedLong(share.getNumerator())
            * (1_000_000 / CommonParsers.denominator(share));
    if (perMillion > 1_000_000) {
      throw new IllegalArgumentException("policy.drop_overloads drops more than 100 %");
    }
    return perMillion;
  }
}
