package io.duomesh.xds;

import io.duomesh.traffic.MirrorPolicy;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.VirtualHost;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code RouteConfiguration}, refusing what Envoy refuses. */
final class RouteConfigurationParser {
  private static final int DEFAULT_MAX_BODY = 4096;

  private RouteConfigurationParser() {}

  /**
   * Reads a route table.
   *
   * @throws IllegalArgumentException with the field's path and the reason
   */
  static RouteConfiguration parse(
      io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration table) {
    ProtoRules.check(table);
    SupportedFields.TABLE.check(table);
    int maxBody =
        table.hasMaxDirectResponseBodySizeBytes()
            ? table.getMaxDirectResponseBodySizeBytes().getValue()
            : DEFAULT_MAX_BODY;
    List<MirrorPolicy> mirrors =
        FieldPath.each(
            "request_mirror_policies",
            table.getRequestMirrorPoliciesList(),
            MirrorPolicyParser::parse);
    VirtualHostParser hosts = new VirtualHostParser(maxBody, mirrors);
    List<VirtualHost> read =
        FieldPath.each("virtual_hosts", table.getVirtualHostsList(), hosts::parse);
    checkDomains(read);
    return new RouteConfiguration(
        table.getName(),
        read,
        HeaderMutationsParser.parse(
            table.getRequestHeadersToAddList(),
            table.getRequestHeadersToRemoveList(),
            table.getResponseHeadersToAddList(),
            table.getResponseHeadersToRemoveList()),
        table.getIgnorePortInHostMatching(),
        table.getVhostHeader().isEmpty() ? null : table.getVhostHeader(),
        table.getMostSpecificHeaderMutationsWins(),
        table.getIgnorePathParametersInPathMatching(),
        table.getInternalOnlyHeadersList(),
        FilterParsers.INSTALLED.perRoute(table.getTypedPerFilterConfigMap()));
  }

  private static void checkDomains(List<VirtualHost> hosts) {
    Set<String> domains = new HashSet<>();
    for (VirtualHost host : hosts) {
      for (String domain : host.domains()) {
        if (!domains.add(domain.toLowerCase(Locale.ROOT))) {
          throw new IllegalArgumentException(
              "virtual_hosts: domain "
                  + domain
                  + " is there twice, the second time in "
                  + host.name());
        }
      }
    }
  }
}
