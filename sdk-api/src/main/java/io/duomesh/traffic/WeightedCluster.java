package io.duomesh.traffic;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster and its share ({@code config.route.v3.WeightedCluster.ClusterWeight}).
 *
 * @param name the cluster's name; null where {@code clusterHeader} names it
 * @param clusterHeader request header that names it; null for none
 * @param weight its share of the sum of weights
 * @param headers mutations for calls that choose it
 * @param subset metadata that chosen endpoints must have; overrides the route's key by key
 * @param hostRewriteLiteral authority towards it; null for none; a route's own literal wins
 * @param filterConfigs per-filter configuration by filter name
 */
public record WeightedCluster(
    @Nullable String name,
    @Nullable String clusterHeader,
    long weight,
    HeaderMutations headers,
    Map<String, Object> subset,
    @Nullable String hostRewriteLiteral,
    Map<String, Object> filterConfigs) {

  /**
   * Copies the maps.
   *
   * @throws IllegalArgumentException if the weight is negative
   */
  public WeightedCluster {
    Checks.atLeast("cluster weight", weight, 0);
    subset = Map.copyOf(subset);
    filterConfigs = Map.copyOf(filterConfigs);
  }

  /** A cluster and its share, nothing else. */
  public static WeightedCluster of(String name, long weight) {
    return new WeightedCluster(name, null, weight, HeaderMutations.NONE, Map.of(), null, Map.of());
  }
}
