package io.duomesh.xds;

import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.HashPolicy;
import io.duomesh.traffic.MirrorPolicy;
import io.duomesh.traffic.PathMatcher;
import io.duomesh.traffic.RouteAction.Forward;
import io.duomesh.xds.proto.envoy.config.core.v3.Metadata;
import io.duomesh.xds.proto.envoy.config.core.v3.RoutingPriority;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteAction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads {@code RouteAction}: requests that are sent on. */
final class ForwardParser {
  private ForwardParser() {}

  static Forward parse(RouteAction action, PathMatcher path, List<MirrorPolicy> inherited) {
    List<MirrorPolicy> mirrors =
        FieldPath.each(
            "request_mirror_policies",
            action.getRequestMirrorPoliciesList(),
            MirrorPolicyParser::parse);
    checkUpgrades(action);
    return new Forward(
        cluster(action),
        TimeoutsParser.parse(action),
        RewritesParser.parse(action, path),
        action.hasRetryPolicy()
            ? FieldPath.in("retry_policy", () -> RetryPolicyParser.parse(action.getRetryPolicy()))
            : null,
        hashPolicies(action),
        subset(action.getMetadataMatch()),
        mirrors.isEmpty() ? inherited : mirrors,
        FieldPath.each("rate_limits", action.getRateLimitsList(), RateLimitRuleParser::parse),
        action.getIncludeVhRateLimits().getValue(),
        action.getPriority() == RoutingPriority.HIGH,
        switch (action.getClusterNotFoundResponseCode()) {
          case NOT_FOUND -> 404;
          case INTERNAL_SERVER_ERROR -> 500;
          default -> 503;
        });
  }

  private static void checkUpgrades(RouteAction action) {
    Set<String> types = new HashSet<>();
    for (RouteAction.UpgradeConfig upgrade : action.getUpgradeConfigsList()) {
      String type = upgrade.getUpgradeType();
      if (!types.add(type.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("upgrade_configs has " + type + " twice");
      }
      if (upgrade.hasConnectConfig() && !type.equalsIgnoreCase("CONNECT")) {
        throw new IllegalArgumentException("upgrade_configs: connect_config for " + type);
      }
    }
  }

  private static ClusterSelector cluster(RouteAction action) {
    return switch (action.getClusterSpecifierCase()) {
      case CLUSTER -> new ClusterSelector.Single(action.getCluster());
      case CLUSTER_HEADER -> new ClusterSelector.ByHeader(action.getClusterHeader());
      case WEIGHTED_CLUSTERS ->
          FieldPath.in(
              "weighted_clusters", () -> WeightedClusterParser.parse(action.getWeightedClusters()));
      default ->
          throw new IllegalArgumentException(
              "cluster_specifier " + action.getClusterSpecifierCase() + " is not supported");
    };
  }

  private static List<HashPolicy> hashPolicies(RouteAction action) {
    List<HashPolicy> policies = new ArrayList<>();
    for (RouteAction.HashPolicy policy : action.getHashPolicyList()) {
      HashPolicy read = FieldPath.in("hash_policy", () -> HashPolicyParser.parse(policy));
      if (read != null) {
        policies.add(read);
      }
    }
    return policies;
  }

  /** The metadata that endpoints must have. */
  static Map<String, Object> subset(Metadata metadata) {
    return CommonParsers.metadata(metadata).getOrDefault("envoy.lb", Map.of());
  }
}
