package io.duomesh.traffic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route takes ({@code config.route.v3.RouteMatch}); all parts must hold.
 *
 * @param path what the path must be
 * @param caseSensitive whether case counts in it (never ignored by a regex)
 * @param headers what headers must be
 * @param queryParameters what query parameters must be
 * @param cookies what cookies must be
 * @param fraction share of requests taken; null for all
 * @param grpcOnly whether only gRPC requests are taken
 * @param never names a condition that no call of this SDK can meet (a client certificate, dynamic
 *     metadata, filter state); null for none
 */
public record RouteMatch(
    PathMatcher path,
    boolean caseSensitive,
    List<HeaderMatcher> headers,
    List<QueryParameterMatcher> queryParameters,
    List<CookieMatcher> cookies,
    @Nullable RuntimeFraction fraction,
    boolean grpcOnly,
    @Nullable String never) {

  /** Copies the lists. */
  public RouteMatch {
    headers = List.copyOf(headers);
    queryParameters = List.copyOf(queryParameters);
    cookies = List.copyOf(cookies);
  }

  /** Requests whose path starts with {@code prefix}. */
  public static RouteMatch prefix(String prefix, HeaderMatcher... headers) {
    return of(new PathMatcher.Prefix(prefix), headers);
  }

  /** Requests of a path and headers. */
  public static RouteMatch of(PathMatcher path, HeaderMatcher... headers) {
    return new RouteMatch(path, true, List.of(headers), List.of(), List.of(), null, false, null);
  }
}
