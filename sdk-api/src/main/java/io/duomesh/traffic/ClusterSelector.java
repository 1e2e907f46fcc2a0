package io.duomesh.traffic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a route finds its cluster. */
public sealed interface ClusterSelector {
  /** Always this one. */
  record Single(String name) implements ClusterSelector {}

  /** The one that a request header names. */
  record ByHeader(String header) implements ClusterSelector {}

  /**
   * One of several by weight.
   *
   * @param clusters in order; weights sum to 1 … 2^32 − 1
   * @param headerName request header whose number replaces the random one; null for none
   * @param runtimeKeyPrefix prefix of runtime keys that replace weights; empty for none
   */
  record Weighted(
      List<WeightedCluster> clusters, @Nullable String headerName, String runtimeKeyPrefix)
      implements ClusterSelector {
    private static final long MOST = 0xFFFF_FFFFL;

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the weights do not sum to 1 … 2^32 − 1
     */
    public Weighted {
      clusters = List.copyOf(clusters);
      long sum = clusters.stream().mapToLong(WeightedCluster::weight).sum();
      Checks.range("sum of cluster weights", sum, 1, MOST);
    }
  }

  /** Clusters by weight. */
  static ClusterSelector weighted(WeightedCluster... clusters) {
    return new Weighted(List.of(clusters), null, "");
  }
}
