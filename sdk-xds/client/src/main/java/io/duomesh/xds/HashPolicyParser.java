package io.duomesh.xds;

import io.duomesh.traffic.HashPolicy;
import org.jspecify.annotations.Nullable;

/** Reads {@code RouteAction.HashPolicy}. */
final class HashPolicyParser {
  private HashPolicyParser() {}

  /** The policy; null for one that hashes nothing. */
  static @Nullable HashPolicy parse(
      io.duomesh.xds.proto.envoy.config.route.v3.RouteAction.HashPolicy policy) {
    HashPolicy.Source source =
        switch (policy.getPolicySpecifierCase()) {
          case HEADER ->
              new HashPolicy.Header(
                  policy.getHeader().getHeaderName(),
                  policy.getHeader().hasRegexRewrite()
                      ? StringMatcherParser.rewrite(policy.getHeader().getRegexRewrite())
                      : null);
          case COOKIE ->
              new HashPolicy.Cookie(
                  policy.getCookie().getName(),
                  policy.getCookie().hasTtl()
                      ? TimeoutsParser.duration("cookie.ttl", policy.getCookie().getTtl())
                      : null,
                  policy.getCookie().getPath());
          case CONNECTION_PROPERTIES ->
              policy.getConnectionProperties().getSourceIp() ? new HashPolicy.SourceIp() : null;
          case QUERY_PARAMETER ->
              new HashPolicy.QueryParameter(policy.getQueryParameter().getName());
          case FILTER_STATE -> new HashPolicy.FilterState(policy.getFilterState().getKey());
          default -> null;
        };
    return source == null ? null : new HashPolicy(source, policy.getTerminal());
  }
}
