package io.duomesh.traffic;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration, as data. Immutable: a change is a new snapshot, which shares every
 * unchanged part with the one before by identity, so that the work it causes is in proportion to
 * the change.
 *
 * @param version for people and diagnostics; opaque
 * @param listeners by name: where outbound targets and inbound ports enter
 * @param routeConfigurations by name
 * @param clusters by name
 * @param endpoints load assignments by the name that {@link ClusterSpec#endpointsName()} gives
 * @param inbound what a server applies to inbound calls; null for nothing
 */
public record TrafficSnapshot(
    String version,
    Map<String, Listener> listeners,
    Map<String, RouteConfiguration> routeConfigurations,
    Map<String, ClusterSpec> clusters,
    Map<String, ClusterEndpoints> endpoints,
    @Nullable InboundPolicy inbound) {

  /** A snapshot that says nothing. */
  public static final TrafficSnapshot EMPTY =
      new TrafficSnapshot("", Map.of(), Map.of(), Map.of(), Map.of(), null);

  /** Copies the maps. */
  public TrafficSnapshot {
    listeners = Map.copyOf(listeners);
    routeConfigurations = Map.copyOf(routeConfigurations);
    clusters = Map.copyOf(clusters);
    endpoints = Map.copyOf(endpoints);
  }
}
