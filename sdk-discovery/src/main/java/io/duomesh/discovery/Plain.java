package io.duomesh.discovery;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Configuration for targets of which nothing but endpoints is known: each has a listener and a
 * cluster of its own name, one route for all calls that sets no time and no retries, and endpoints
 * in turn. What does not change from one snapshot to the next is the same object in both. For one
 * thread.
 */
final class Plain {
  private final Map<String, Listener> listeners = new HashMap<>();
  private final Map<String, ClusterSpec> clusters = new HashMap<>();
  private final Map<String, ClusterEndpoints> endpoints = new HashMap<>();
  private final String origin;
  private long version;

  /** No target yet. */
  Plain(String origin) {
    this.origin = origin;
  }

  /** Sets a target's endpoints; whether that changes anything. */
  boolean put(String target, List<Endpoint> found) {
    listeners.computeIfAbsent(target, Plain::listener);
    // The protocol is left open: the runtime reads the target's own setting.
    clusters.computeIfAbsent(target, name -> ClusterSpec.of(name, null, LbPolicy.ROUND_ROBIN));
    ClusterEndpoints next = ClusterEndpoints.of(target, found);
    if (next.equals(endpoints.get(target))) {
      return false;
    }
    endpoints.put(target, next);
    return true;
  }

  /** Whether a target has been set. */
  boolean has(String target) {
    return endpoints.containsKey(target);
  }

  TrafficSnapshot snapshot() {
    version++;
    return new TrafficSnapshot(
        origin + "-" + version, listeners, Map.of(), clusters, endpoints, null);
  }

  private static Listener listener(String target) {
    RouteAction.Forward forward =
        RouteAction.Forward.to(target).withTimeouts(RouteAction.Timeouts.of(Duration.ZERO));
    Route route = Route.of("all", RouteMatch.prefix(""), forward);
    VirtualHost host = VirtualHost.of("all", List.of("*"), route);
    return Listener.api(target, Listener.HttpRoutes.of(RouteConfiguration.of(target, host)));
  }
}
