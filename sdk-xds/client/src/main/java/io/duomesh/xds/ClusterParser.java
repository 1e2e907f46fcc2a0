package io.duomesh.xds;

import com.google.protobuf.Any;
import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.LocalityPolicy;
import io.duomesh.xds.proto.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.duomesh.xds.proto.envoy.config.core.v3.RoutingPriority;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.duomesh.xds.proto.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code Cluster}s. */
final class ClusterParser {
  /** Namespace of what this SDK reads from a cluster's {@code filter_metadata}. */
  static final String NAMESPACE = "io.duomesh";

  private static final String HTTP_OPTIONS =
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private ClusterParser() {}

  /**
   * A cluster, and its endpoints where it names them itself.
   *
   * @param spec the cluster
   * @param inline its endpoints; null where EDS gives them or there are none
   * @param edsName the load assignment to ask EDS for; null for none
   */
  record Parsed(ClusterSpec spec, @Nullable ClusterEndpoints inline, @Nullable String edsName) {}

  /**
   * The cluster of a resource.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static Parsed parse(Cluster cluster) {
    ProtoRules.check(cluster);
    SupportedFields.TABLE.check(cluster);
    LbPolicyParser.Read lb = LbPolicyParser.parse(cluster);
    ClusterSpec.Discovery discovery = DiscoveryParser.parse(cluster);
    Map<String, Map<String, Object>> metadata =
        new HashMap<>(CommonParsers.metadata(cluster.getMetadata()));
    Map<String, Object> own = metadata.getOrDefault(NAMESPACE, Map.of());
    String unusable = DiscoveryParser.unusable(cluster);
    unusable = unusable == null ? TransportSockets.unusable(cluster) : unusable;
    if (unusable != null) {
      Map<String, Object> marked = new HashMap<>(own);
      marked.put("unusable", unusable);
      metadata.put(NAMESPACE, marked);
    }
    ClusterSpec spec =
        new ClusterSpec(
            cluster.getName(),
            protocol(cluster, own),
            discovery,
            lb.policy(),
            locality(cluster, lb),
            circuitBreakers(cluster),
            connectTimeout(cluster),
            null,
            own.get("serialization") instanceof String name ? name : null,
            metadata);
    return new Parsed(spec, inline(cluster), edsName(cluster, discovery));
  }

  private static @Nullable String edsName(Cluster cluster, ClusterSpec.Discovery discovery) {
    return cluster.getType() == DiscoveryType.EDS
            && !cluster.hasClusterType()
            && discovery instanceof ClusterSpec.Discovery.Eds eds
        ? eds.serviceName()
        : null;
  }

  private static @Nullable ClusterEndpoints inline(Cluster cluster) {
    if (!cluster.hasLoadAssignment()) {
      return null;
    }
    // Found under the cluster's name, whatever the assignment calls itself.
    ClusterLoadAssignment assignment =
        cluster.getLoadAssignment().toBuilder().setClusterName(cluster.getName()).build();
    return EndpointsParser.parse(assignment);
  }

  private static @Nullable String protocol(Cluster cluster, Map<String, Object> own) {
    Object named = own.get("protocol");
    if (named != null) {
      if (!Set.of("bolt", "triple").contains(named)) {
        throw new IllegalArgumentException(
            "metadata " + NAMESPACE + ".protocol: " + named + " (expected: bolt or triple)");
      }
      return (String) named;
    }
    Any options = cluster.getTypedExtensionProtocolOptionsMap().get(HTTP_OPTIONS);
    boolean http2 = cluster.hasHttp2ProtocolOptions();
    if (options != null && FilterParsers.typeOf(options).equals(HTTP_OPTIONS)) {
      HttpProtocolOptions read = LbPolicyParser.unpack(options, HttpProtocolOptions.class);
      http2 |= read.getExplicitHttpConfig().hasHttp2ProtocolOptions();
    }
    return http2 ? "triple" : null;
  }

  private static LocalityPolicy locality(Cluster cluster, LbPolicyParser.Read lb) {
    Cluster.CommonLbConfig common = cluster.getCommonLbConfig();
    Boolean weighted = lb.localityWeighted();
    return new LocalityPolicy(
        common.hasHealthyPanicThreshold()
            ? common.getHealthyPanicThreshold().getValue()
            : LocalityPolicy.DEFAULT.panicThreshold(),
        lb.failTrafficOnPanic() || common.getZoneAwareLbConfig().getFailTrafficOnPanic(),
        weighted == null ? common.hasLocalityWeightedLbConfig() : weighted,
        cluster.getLoadAssignment().getPolicy().getWeightedPriorityHealth());
  }

  private static CircuitBreakers circuitBreakers(Cluster cluster) {
    CircuitBreakers.Thresholds normal = null;
    CircuitBreakers.Thresholds high = null;
    for (Thresholds given : cluster.getCircuitBreakers().getThresholdsList()) {
      // Of two for one priority the first counts.
      if (given.getPriority() == RoutingPriority.HIGH) {
        high = high == null ? thresholds(given) : high;
      } else {
        normal = normal == null ? thresholds(given) : normal;
      }
    }
    CircuitBreakers.Thresholds none = CircuitBreakers.Thresholds.DEFAULT;
    return new CircuitBreakers(normal == null ? none : normal, high == null ? none : high);
  }

  private static CircuitBreakers.Thresholds thresholds(Thresholds given) {
    CircuitBreakers.Thresholds none = CircuitBreakers.Thresholds.DEFAULT;
    return new CircuitBreakers.Thresholds(
        given.hasMaxPendingRequests()
            ? Integer.toUnsignedLong(given.getMaxPendingRequests().getValue())
            : none.maxPendingRequests(),
        given.hasMaxRequests()
            ? Integer.toUnsignedLong(given.getMaxRequests().getValue())
            : none.maxRequests(),
        given.hasMaxRetries()
            ? Integer.toUnsignedLong(given.getMaxRetries().getValue())
            : none.maxRetries(),
        given.hasRetryBudget() ? retryBudget(given.getRetryBudget()) : null);
  }

  private static CircuitBreakers.RetryBudget retryBudget(Thresholds.RetryBudget given) {
    double percent = given.hasBudgetPercent() ? given.getBudgetPercent().getValue() : 20;
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException(
          "retry_budget.budget_percent is " + percent + " (expected: 0 to 100)");
    }
    return new CircuitBreakers.RetryBudget(
        percent,
        given.hasMinRetryConcurrency()
            ? Integer.toUnsignedLong(given.getMinRetryConcurrency().getValue())
            : 3);
  }

  private static Duration connectTimeout(Cluster cluster) {
    return cluster.hasConnectTimeout()
        ? CommonParsers.duration(cluster.getConnectTimeout())
        : ClusterSpec.DEFAULT_CONNECT_TIMEOUT;
  }
}
