package io.duomesh.traffic;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route table ({@code config.route.v3.RouteConfiguration}).
 *
 * @param name the resource's name
 * @param virtualHosts hosts with disjoint domains
 * @param headers mutations for every call of the table
 * @param ignorePortInHostMatching whether {@code :port} is cut off the request's authority
 * @param vhostHeader request header to read the host from instead of the authority; null for none
 * @param mostSpecificHeaderMutationsWins order of mutation levels, see {@link HeaderMutations}
 * @param ignorePathParametersInPathMatching whether {@code ;parameters} of path segments are left
 *     out of path matching
 * @param internalOnlyHeaders request headers that are removed before anything is matched
 * @param filterConfigs per-filter configuration by filter name
 */
public record RouteConfiguration(
    String name,
    List<VirtualHost> virtualHosts,
    HeaderMutations headers,
    boolean ignorePortInHostMatching,
    @Nullable String vhostHeader,
    boolean mostSpecificHeaderMutationsWins,
    boolean ignorePathParametersInPathMatching,
    List<String> internalOnlyHeaders,
    Map<String, Object> filterConfigs) {

  /** Copies the collections. */
  public RouteConfiguration {
    virtualHosts = List.copyOf(virtualHosts);
    internalOnlyHeaders = List.copyOf(internalOnlyHeaders);
    filterConfigs = Map.copyOf(filterConfigs);
  }

  /** A plain table of hosts. */
  public static RouteConfiguration of(String name, VirtualHost... virtualHosts) {
    return new RouteConfiguration(
        name,
        List.of(virtualHosts),
        HeaderMutations.NONE,
        false,
        null,
        false,
        false,
        List.of(),
        Map.of());
  }
}
