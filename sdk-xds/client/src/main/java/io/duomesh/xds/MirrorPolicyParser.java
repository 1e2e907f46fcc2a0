package io.duomesh.xds;

import io.duomesh.traffic.MirrorPolicy;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;

/** Reads {@code RequestMirrorPolicy}. */
final class MirrorPolicyParser {
  private MirrorPolicyParser() {}

  static MirrorPolicy parse(RequestMirrorPolicy policy) {
    boolean named = !policy.getCluster().isEmpty();
    if (named != policy.getClusterHeader().isEmpty()) {
      throw new IllegalArgumentException("exactly one of cluster and cluster_header must be set");
    }
    return new MirrorPolicy(
        policy.getCluster(),
        policy.hasRuntimeFraction() ? CommonParsers.fraction(policy.getRuntimeFraction()) : null,
        policy.getDisableShadowHostSuffixAppend());
  }
}
