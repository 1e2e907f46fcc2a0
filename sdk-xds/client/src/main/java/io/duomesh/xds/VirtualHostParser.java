package io.duomesh.xds;

import io.duomesh.traffic.MirrorPolicy;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.xds.proto.envoy.config.route.v3.VirtualCluster;
import java.util.List;

/** Reads {@code VirtualHost}. What routes inherit without naming it is given to each of them. */
final class VirtualHostParser {
  private final int maxBody;
  private final List<MirrorPolicy> mirrors;

  VirtualHostParser(int maxBody, List<MirrorPolicy> mirrors) {
    this.maxBody = maxBody;
    this.mirrors = mirrors;
  }

  VirtualHost parse(io.duomesh.xds.proto.envoy.config.route.v3.VirtualHost host) {
    if (host.hasMatcher() && host.getRoutesCount() > 0) {
      throw new IllegalArgumentException("matcher and routes cannot both be set");
    }
    FieldPath.each("virtual_clusters", host.getVirtualClustersList(), VirtualHostParser::checked);
    List<MirrorPolicy> own =
        FieldPath.each(
            "request_mirror_policies",
            host.getRequestMirrorPoliciesList(),
            MirrorPolicyParser::parse);
    RouteParser routes = new RouteParser(maxBody, own.isEmpty() ? mirrors : own);
    return new VirtualHost(
        host.getName(),
        host.getDomainsList(),
        FieldPath.each("routes", host.getRoutesList(), routes::parse),
        host.hasMatcher()
            ? FieldPath.in("matcher", () -> new RouteTreeParser(routes).parse(host.getMatcher()))
            : null,
        HeaderMutationsParser.parse(
            host.getRequestHeadersToAddList(),
            host.getRequestHeadersToRemoveList(),
            host.getResponseHeadersToAddList(),
            host.getResponseHeadersToRemoveList()),
        switch (host.getRequireTls()) {
          case ALL -> VirtualHost.TlsRequirement.ALL;
          case EXTERNAL_ONLY -> VirtualHost.TlsRequirement.EXTERNAL_ONLY;
          default -> VirtualHost.TlsRequirement.NONE;
        },
        host.hasRetryPolicy()
            ? FieldPath.in("retry_policy", () -> RetryPolicyParser.parse(host.getRetryPolicy()))
            : null,
        FieldPath.each("rate_limits", host.getRateLimitsList(), RateLimitRuleParser::parse),
        FilterParsers.INSTALLED.perRoute(host.getTypedPerFilterConfigMap()));
  }

  /** Virtual clusters are statistics, and refused all the same where they are wrong. */
  private static VirtualCluster checked(VirtualCluster cluster) {
    if (cluster.getHeadersCount() == 0) {
      throw new IllegalArgumentException("headers must be set");
    }
    FieldPath.each("headers", cluster.getHeadersList(), HeaderMatcherParser::parse);
    return cluster;
  }
}
