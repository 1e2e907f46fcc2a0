package io.duomesh.traffic;

import org.jspecify.annotations.Nullable;

/**
 * Where copies of requests go ({@code config.route.v3.RouteAction.RequestMirrorPolicy}).
 *
 * @param cluster their cluster
 * @param fraction share of requests copied; null for all
 * @param disableShadowHostSuffix whether the authority stays without {@code -shadow}
 */
public record MirrorPolicy(
    String cluster, @Nullable RuntimeFraction fraction, boolean disableShadowHostSuffix) {}
