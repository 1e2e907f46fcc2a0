package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UInt64Value;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.duomesh.xds.proto.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.duomesh.xds.proto.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.duomesh.xds.proto.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.duomesh.xds.proto.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.duomesh.xds.proto.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.duomesh.xds.proto.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.duomesh.xds.proto.envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads how an endpoint is chosen, from the older fields and from {@code load_balancing_policy}.
 */
final class LbPolicyParser {
  private static final long RING_MINIMUM = 1024;
  private static final long RING_MAXIMUM = 8L * 1024 * 1024;
  private static final long MAGLEV_SIZE = 65_537;
  private static final int CHOICES = 2;

  private LbPolicyParser() {}

  /**
   * A policy and what it says of localities.
   *
   * @param policy the policy
   * @param localityWeighted whether locality weights count; null where the cluster's other fields
   *     say
   * @param failTrafficOnPanic whether calls fail in panic
   */
  record Read(LbPolicy policy, @Nullable Boolean localityWeighted, boolean failTrafficOnPanic) {}

  static Read parse(Cluster cluster) {
    if (cluster.hasLoadBalancingPolicy()) {
      return listed(cluster.getLoadBalancingPolicy());
    }
    LbPolicy policy =
        switch (cluster.getLbPolicy()) {
          case LEAST_REQUEST ->
              new LbPolicy.LeastRequest(
                  cluster.getLeastRequestLbConfig().hasChoiceCount()
                      ? cluster.getLeastRequestLbConfig().getChoiceCount().getValue()
                      : CHOICES);
          case RANDOM -> new LbPolicy.Random();
          case RING_HASH -> {
            Cluster.RingHashLbConfig config = cluster.getRingHashLbConfig();
            yield ring(
                config.hasMinimumRingSize() ? config.getMinimumRingSize() : null,
                config.hasMaximumRingSize() ? config.getMaximumRingSize() : null,
                config.getHashFunction() == Cluster.RingHashLbConfig.HashFunction.MURMUR_HASH_2,
                cluster
                    .getCommonLbConfig()
                    .getConsistentHashingLbConfig()
                    .getUseHostnameForHashing());
          }
          case MAGLEV ->
              maglev(
                  cluster.getMaglevLbConfig().hasTableSize()
                      ? cluster.getMaglevLbConfig().getTableSize()
                      : null);
          case LOAD_BALANCING_POLICY_CONFIG ->
              throw new IllegalArgumentException(
                  "lb_policy LOAD_BALANCING_POLICY_CONFIG needs a load_balancing_policy");
          default -> LbPolicy.ROUND_ROBIN;
        };
    return new Read(policy, null, false);
  }

  /** The first policy of the list that is known here. */
  private static Read listed(LoadBalancingPolicy list) {
    StringBuilder unknown = new StringBuilder();
    for (LoadBalancingPolicy.Policy one : list.getPoliciesList()) {
      Any config = one.getTypedExtensionConfig().getTypedConfig();
      Read read = known(config);
      if (read != null) {
        return read;
      }
      unknown.append(unknown.isEmpty() ? "" : ", ").append(FilterParsers.typeOf(config));
    }
    throw new IllegalArgumentException(
        "load_balancing_policy has no supported policy"
            + (unknown.isEmpty() ? "" : ": " + unknown));
  }

  private static @Nullable Read known(Any config) {
    switch (FilterParsers.typeOf(config)) {
      case "envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin" -> {
        RoundRobin read = unpack(config, RoundRobin.class);
        return of(LbPolicy.ROUND_ROBIN, read.getLocalityLbConfig());
      }
      case "envoy.extensions.load_balancing_policies.random.v3.Random" -> {
        return of(new LbPolicy.Random(), unpack(config, Random.class).getLocalityLbConfig());
      }
      case "envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest" -> {
        LeastRequest read = unpack(config, LeastRequest.class);
        int choices = read.hasChoiceCount() ? read.getChoiceCount().getValue() : CHOICES;
        return of(new LbPolicy.LeastRequest(choices), read.getLocalityLbConfig());
      }
      case "envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash" -> {
        RingHash read = unpack(config, RingHash.class);
        LbPolicy policy =
            ring(
                read.hasMinimumRingSize() ? read.getMinimumRingSize() : null,
                read.hasMaximumRingSize() ? read.getMaximumRingSize() : null,
                read.getHashFunction() == RingHash.HashFunction.MURMUR_HASH_2,
                read.getUseHostnameForHashing()
                    || read.getConsistentHashingLbConfig().getUseHostnameForHashing());
        return new Read(policy, read.hasLocalityWeightedLbConfig(), false);
      }
      case "envoy.extensions.load_balancing_policies.maglev.v3.Maglev" -> {
        Maglev read = unpack(config, Maglev.class);
        LbPolicy policy = maglev(read.hasTableSize() ? read.getTableSize() : null);
        return new Read(policy, read.hasLocalityWeightedLbConfig(), false);
      }
      case "envoy.extensions.load_balancing_policies.cluster_provided.v3.ClusterProvided" -> {
        return new Read(LbPolicy.ROUND_ROBIN, false, false);
      }
      case "envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality" -> {
        Read inner = listed(unpack(config, WrrLocality.class).getEndpointPickingPolicy());
        return new Read(inner.policy(), true, inner.failTrafficOnPanic());
      }
      default -> {
        // Those of Envoy's that this SDK lacks spread load too: in turn is the nearest to any of
        // them.
        return FilterParsers.effectiveType(config)
                .startsWith("envoy.extensions.load_balancing_policies.")
            ? new Read(LbPolicy.ROUND_ROBIN, null, false)
            : null;
      }
    }
  }

  private static Read of(LbPolicy policy, LocalityLbConfig locality) {
    return new Read(
        policy,
        locality.hasLocalityWeightedLbConfig(),
        locality.getZoneAwareLbConfig().getFailTrafficOnPanic());
  }

  private static LbPolicy ring(
      @Nullable UInt64Value least, @Nullable UInt64Value most, boolean murmur, boolean hostname) {
    long minimum = least == null ? RING_MINIMUM : least.getValue();
    long maximum = most == null ? RING_MAXIMUM : most.getValue();
    if (minimum > maximum) {
      throw new IllegalArgumentException(
          "ring hash: minimum_ring_size (" + minimum + ") > maximum_ring_size (" + maximum + ")");
    }
    return new LbPolicy.RingHash(minimum, maximum, murmur, hostname);
  }

  private static LbPolicy maglev(@Nullable UInt64Value size) {
    long entries = size == null ? MAGLEV_SIZE : size.getValue();
    if (!BigInteger.valueOf(entries).isProbablePrime(40)) {
      throw new IllegalArgumentException("maglev: table_size " + entries + " is not a prime");
    }
    return new LbPolicy.Maglev(entries);
  }

  /** Reads and checks the message of an {@code Any}. */
  static <M extends Message> M unpack(Any any, Class<M> type) {
    try {
      M message = any.unpack(type);
      ProtoRules.check(message);
      SupportedFields.TABLE.check(message);
      return message;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new IllegalArgumentException(type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }
}
