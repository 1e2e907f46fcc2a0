package io.duomesh.discovery;

import io.duomesh.traffic.CircuitBreakers;
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
import java.util.Objects;

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
    return put(target, found, "");
  }

  /** A target has no endpoints, and why, which its callers are told; whether that changes it. */
  boolean putNone(String target, String why) {
    return put(target, List.of(), why);
  }

  private boolean put(String target, List<Endpoint> found, String unusable) {
    listeners.computeIfAbsent(target, Plain::listener);
    ClusterEndpoints next = ClusterEndpoints.of(target, found);
    ClusterEndpoints before = endpoints.put(target, next);
    ClusterSpec known = clusters.get(target);
    if (known == null || !unusable.equals(Objects.requireNonNullElse(known.unusable(), ""))) {
      clusters.put(target, cluster(target, unusable));
      return true;
    }
    return !next.equals(before);
  }

  /** The protocol is left open: the runtime reads the target's own setting. */
  private static ClusterSpec cluster(String name, String unusable) {
    ClusterSpec spec =
        ClusterSpec.of(name, null, LbPolicy.ROUND_ROBIN).withCircuitBreakers(CircuitBreakers.WIDE);
    return unusable.isEmpty()
        ? spec
        : spec.withMetadata(Map.of("io.duomesh", Map.of("unusable", unusable)));
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
