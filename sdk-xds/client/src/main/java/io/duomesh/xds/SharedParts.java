package io.duomesh.xds;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps snapshots cheap to compare: parts that did not change, and maps of such parts, are the same
 * objects as before.
 */
@SuppressWarnings("ReferenceEquality") // unchanged parts are the same objects
final class SharedParts {
  private SharedParts() {}

  /** A snapshot of the given parts; the one before itself where all of them are the same. */
  static TrafficSnapshot snapshot(
      TrafficSnapshot before,
      String version,
      Map<String, Listener> listeners,
      Map<String, RouteConfiguration> routes,
      Map<String, ClusterSpec> clusters,
      Map<String, ClusterEndpoints> endpoints,
      @Nullable InboundPolicy inbound) {
    TrafficSnapshot next =
        new TrafficSnapshot(
            version,
            shared(before.listeners(), listeners),
            shared(before.routeConfigurations(), routes),
            shared(before.clusters(), clusters),
            shared(before.endpoints(), endpoints),
            Objects.equals(before.inbound(), inbound) ? before.inbound() : inbound);
    boolean same =
        next.listeners() == before.listeners()
            && next.routeConfigurations() == before.routeConfigurations()
            && next.clusters() == before.clusters()
            && next.endpoints() == before.endpoints()
            && next.inbound() == before.inbound();
    return same ? before : next;
  }

  /**
   * The map before where every value is the same object; parts that are only equal were shared
   * already.
   */
  private static <T> Map<String, T> shared(Map<String, T> before, Map<String, T> next) {
    if (before.size() != next.size()) {
      return next;
    }
    for (Map.Entry<String, T> entry : next.entrySet()) {
      if (before.get(entry.getKey()) != entry.getValue()) {
        return next;
      }
    }
    return before;
  }
}
