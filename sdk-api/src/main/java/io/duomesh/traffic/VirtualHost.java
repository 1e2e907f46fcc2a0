package io.duomesh.traffic;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a set of domains ({@code config.route.v3.VirtualHost}).
 *
 * @param name unique in its table
 * @param domains exact, {@code *suffix}, {@code prefix*} or {@code *}
 * @param routes in order; the first that matches is taken
 * @param tree chooses among routes of its own; null for none, otherwise {@code routes} is empty
 * @param headers mutations for every call of the host
 * @param requireTls whether plaintext requests are redirected
 * @param retryPolicy for routes that have none; null for none
 * @param rateLimits descriptor rules for routes that have none
 * @param filterConfigs per-filter configuration by filter name
 */
public record VirtualHost(
    String name,
    List<String> domains,
    List<Route> routes,
    @Nullable RouteTree tree,
    HeaderMutations headers,
    TlsRequirement requireTls,
    @Nullable RetryPolicy retryPolicy,
    List<RateLimitRule> rateLimits,
    Map<String, Object> filterConfigs) {

  /** Which plaintext requests are redirected to {@code https}. */
  public enum TlsRequirement {
    NONE,
    EXTERNAL_ONLY,
    ALL
  }

  /** Copies the collections. */
  public VirtualHost {
    domains = List.copyOf(domains);
    routes = List.copyOf(routes);
    rateLimits = List.copyOf(rateLimits);
    filterConfigs = Map.copyOf(filterConfigs);
  }

  /** A host of routes without policies of its own. */
  public static VirtualHost of(String name, List<String> domains, Route... routes) {
    return new VirtualHost(
        name,
        domains,
        List.of(routes),
        null,
        HeaderMutations.NONE,
        TlsRequirement.NONE,
        null,
        List.of(),
        Map.of());
  }
}
