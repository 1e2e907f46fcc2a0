package io.duomesh.xds;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts the resources held together to the next snapshot. What is not complete yet stays as it was
 * in the snapshot before (make before break); a cluster that is gone and still named by a route is
 * kept; unchanged parts, and unchanged maps of parts, are the same objects as before. Used once.
 */
@SuppressWarnings("ReferenceEquality") // unchanged parts are the same objects
final class SnapshotComposer {
  private final ResourceStore store;
  private final TrafficSnapshot before;
  private final UnaryOperator<String> targets;
  private final BiPredicate<ResourceType, String> pending;

  private final Map<String, ClusterSpec> clusters = new HashMap<>();
  private final Map<String, ClusterEndpoints> endpoints = new HashMap<>();
  private final Map<String, RouteConfiguration> routes = new HashMap<>();
  private final Map<String, Listener> listeners = new HashMap<>();
  private @Nullable InboundPolicy inbound;

  private final Set<String> unfinishedClusters = new HashSet<>();
  private final Set<String> unfinishedRoutes = new HashSet<>();
  private final Set<String> waitingFor = new LinkedHashSet<>();
  private final PerType<Set<String>> wanted = new PerType<>(LinkedHashSet::new);

  /**
   * A composer.
   *
   * @param store what is held
   * @param before the snapshot before
   * @param targets the target that a listener's name stands for, by which it is found
   * @param pending whether a resource was asked for and may still come
   */
  SnapshotComposer(
      ResourceStore store,
      TrafficSnapshot before,
      UnaryOperator<String> targets,
      BiPredicate<ResourceType, String> pending) {
    this.store = store;
    this.before = before;
    this.targets = targets;
    this.pending = pending;
  }

  /**
   * An outcome.
   *
   * @param snapshot {@code before} itself where nothing changed
   * @param waitingFor what is named and pending, for people; empty where all is complete
   * @param wanted the names that what is held refers to, by type
   */
  record Composition(
      TrafficSnapshot snapshot, Set<String> waitingFor, PerType<Set<String>> wanted) {}

  Composition compose(String version) {
    store.all(ResourceType.CLUSTER).forEach(this::cluster);
    for (Resource resource : store.all(ResourceType.LISTENER)) {
      var content = (Resource.ListenerContent) resource.content();
      if (content.parsed().inbound() == null) {
        wanted.get(ResourceType.ROUTES).addAll(content.routes());
        wanted.get(ResourceType.CLUSTER).addAll(content.clusters());
        content.routes().forEach(this::route);
        content.clusters().forEach(this::named);
      }
    }
    store.all(ResourceType.LISTENER).forEach(this::listener);
    // Before the clusters that only the routes before name: those stay wanted while they serve.
    routes.values().forEach(table -> keep(References.clusters(table)));
    listeners.values().forEach(listener -> keep(References.clusters(listener)));
    return new Composition(snapshot(version), waitingFor, wanted);
  }

  private void cluster(Resource resource) {
    var parsed = ((Resource.ClusterContent) resource.content()).parsed();
    String name = resource.name();
    String assignment = parsed.edsName();
    if (assignment == null) {
      clusters.put(name, parsed.spec());
      if (parsed.inline() != null) {
        endpoints.put(name, parsed.inline());
      }
      return;
    }
    wanted.get(ResourceType.ENDPOINTS).add(assignment);
    ClusterEndpoints known = known(assignment);
    if (known != null || !pending.test(ResourceType.ENDPOINTS, assignment)) {
      clusters.put(name, parsed.spec());
      if (known != null) {
        endpoints.put(assignment, known);
      }
    } else {
      waitingFor.add("endpoints " + assignment);
      if (before.clusters().containsKey(name)) {
        keep(Set.of(name));
      } else {
        unfinishedClusters.add(name);
      }
    }
  }

  private @Nullable ClusterEndpoints known(String assignment) {
    Resource resource = store.get(ResourceType.ENDPOINTS, assignment);
    return resource == null ? null : ((Resource.EndpointContent) resource.content()).endpoints();
  }

  private void named(String cluster) {
    if (!clusters.containsKey(cluster) && pending.test(ResourceType.CLUSTER, cluster)) {
      waitingFor.add("cluster " + cluster);
    }
  }

  private void route(String name) {
    if (routes.containsKey(name) || unfinishedRoutes.contains(name)) {
      return;
    }
    Resource resource = store.get(ResourceType.ROUTES, name);
    boolean ready = true;
    if (resource == null) {
      if (pending.test(ResourceType.ROUTES, name)) {
        waitingFor.add("routes " + name);
        ready = false;
      } else {
        return;
      }
    } else {
      for (String cluster : ((Resource.RouteContent) resource.content()).clusters()) {
        wanted.get(ResourceType.CLUSTER).add(cluster);
        named(cluster);
        ready &= !unfinishedClusters.contains(cluster) && !missing(cluster);
      }
    }
    RouteConfiguration last = before.routeConfigurations().get(name);
    if (ready && resource != null) {
      routes.put(name, ((Resource.RouteContent) resource.content()).routes());
    } else if (last != null) {
      routes.put(name, last);
    } else {
      unfinishedRoutes.add(name);
    }
  }

  private boolean missing(String cluster) {
    return !clusters.containsKey(cluster)
        && !before.clusters().containsKey(cluster)
        && pending.test(ResourceType.CLUSTER, cluster);
  }

  private void listener(Resource resource) {
    var content = (Resource.ListenerContent) resource.content();
    if (content.parsed().inbound() != null) {
      // Istio names the one that matters virtualInbound; of several the first stands.
      inbound = inbound == null ? content.parsed().inbound() : inbound;
      return;
    }
    Listener listener = content.parsed().listener();
    String key = targets.apply(resource.name());
    if (content.routes().stream().noneMatch(unfinishedRoutes::contains)) {
      listeners.put(key, listener);
      return;
    }
    Listener last = before.listeners().get(key);
    if (last != null) {
      listeners.put(key, last);
      for (String name : References.routes(last)) {
        RouteConfiguration table = before.routeConfigurations().get(name);
        if (table != null) {
          routes.putIfAbsent(name, table);
          wanted.get(ResourceType.ROUTES).add(name);
        }
      }
    }
  }

  /**
   * Keeps clusters of the snapshot before that are named and not there any more, or not yet anew.
   */
  private void keep(Set<String> names) {
    for (String name : names) {
      ClusterSpec last = before.clusters().get(name);
      if (last == null || clusters.containsKey(name)) {
        continue;
      }
      clusters.put(name, last);
      String assignment = last.endpointsName();
      ClusterEndpoints known = known(assignment);
      if (known != null) {
        wanted.get(ResourceType.ENDPOINTS).add(assignment);
      } else {
        known = before.endpoints().get(assignment);
      }
      if (known != null) {
        endpoints.putIfAbsent(assignment, known);
      }
    }
  }

  private TrafficSnapshot snapshot(String version) {
    Map<String, Listener> nextListeners = shared(before.listeners(), listeners);
    Map<String, RouteConfiguration> nextRoutes = shared(before.routeConfigurations(), routes);
    Map<String, ClusterSpec> nextClusters = shared(before.clusters(), clusters);
    Map<String, ClusterEndpoints> nextEndpoints = shared(before.endpoints(), endpoints);
    InboundPolicy nextInbound =
        Objects.equals(before.inbound(), inbound) ? before.inbound() : inbound;
    boolean same =
        nextListeners == before.listeners()
            && nextRoutes == before.routeConfigurations()
            && nextClusters == before.clusters()
            && nextEndpoints == before.endpoints()
            && Objects.equals(nextInbound, before.inbound());
    return same
        ? before
        : new TrafficSnapshot(
            version, nextListeners, nextRoutes, nextClusters, nextEndpoints, nextInbound);
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
