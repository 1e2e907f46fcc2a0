package io.duomesh.xds;

import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.WeightedCluster;
import java.util.List;

/** Reads {@code WeightedCluster}. */
final class WeightedClusterParser {
  private static final long MAX_SUM = 0xFFFF_FFFFL;

  private WeightedClusterParser() {}

  static ClusterSelector.Weighted parse(
      io.duomesh.xds.proto.envoy.config.route.v3.WeightedCluster clusters) {
    List<WeightedCluster> read =
        FieldPath.each("clusters", clusters.getClustersList(), WeightedClusterParser::cluster);
    long sum = read.stream().mapToLong(WeightedCluster::weight).sum();
    if (sum == 0) {
      throw new IllegalArgumentException("sum of weights must be greater than 0");
    }
    if (sum > MAX_SUM) {
      throw new IllegalArgumentException("sum of weights " + sum + " exceeds " + MAX_SUM);
    }
    return new ClusterSelector.Weighted(
        read,
        clusters.getHeaderName().isEmpty() ? null : clusters.getHeaderName(),
        clusters.getRuntimeKeyPrefix());
  }

  private static WeightedCluster cluster(
      io.duomesh.xds.proto.envoy.config.route.v3.WeightedCluster.ClusterWeight cluster) {
    if (cluster.getName().isEmpty() == cluster.getClusterHeader().isEmpty()) {
      throw new IllegalArgumentException("exactly one of name and cluster_header must be set");
    }
    if (!cluster.hasWeight()) {
      throw new IllegalArgumentException("weight is missing");
    }
    return new WeightedCluster(
        cluster.getName().isEmpty() ? null : cluster.getName(),
        cluster.getClusterHeader().isEmpty() ? null : cluster.getClusterHeader(),
        Integer.toUnsignedLong(cluster.getWeight().getValue()),
        HeaderMutationsParser.parse(
            cluster.getRequestHeadersToAddList(),
            cluster.getRequestHeadersToRemoveList(),
            cluster.getResponseHeadersToAddList(),
            cluster.getResponseHeadersToRemoveList()),
        ForwardParser.subset(cluster.getMetadataMatch()),
        cluster.getHostRewriteLiteral().isEmpty() ? null : cluster.getHostRewriteLiteral(),
        FilterParsers.INSTALLED.perRoute(cluster.getTypedPerFilterConfigMap()));
  }
}
