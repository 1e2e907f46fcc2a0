package io.duomesh.xds;

import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the resources held together to the next snapshot. What is not complete yet stays as it was
 * in the snapshot before (make before break); a cluster that is gone and still named by a route is
 * kept. Used once.
 */
final class SnapshotComposer {
  private final ResourceStore store;
  private final TrafficSnapshot before;
  private final ListenerNames names;
  private final Needs needs;
  private final WarmClusters clusters;
  private final InboundPolicies inbound = new InboundPolicies(this::table);
  private final Map<String, RouteConfiguration> routes = new HashMap<>();
  private final Map<String, Listener> listeners = new HashMap<>();
  private final Set<String> unfinishedRoutes = new HashSet<>();
  private NameTable hosts = NameTable.EMPTY;

  /**
   * A composer.
   *
   * @param store what is held
   * @param before the snapshot before
   * @param names tells the target, by which it is found, that a listener's name stands for
   * @param pending whether a resource was asked for and may still come
   */
  SnapshotComposer(
      ResourceStore store,
      TrafficSnapshot before,
      ListenerNames names,
      BiPredicate<ResourceType, String> pending) {
    this.store = store;
    this.before = before;
    this.names = names;
    this.needs = new Needs(pending);
    this.clusters = new WarmClusters(store, before, needs);
  }

  /**
   * An outcome.
   *
   * @param snapshot {@code before} itself where nothing changed
   * @param needs the names that what is held refers to, and what of them is pending
   */
  record Composition(TrafficSnapshot snapshot, Needs needs) {}

  /**
   * Composes.
   *
   * @param wantedListeners names of the listeners that were asked for
   */
  Composition compose(String version, Collection<String> wantedListeners) {
    store.all(ResourceType.CLUSTER).forEach(clusters::add);
    for (Resource resource : store.all(ResourceType.LISTENER)) {
      var content = (Resource.ListenerContent) resource.content();
      for (String name : content.routes()) {
        needs.want(ResourceType.ROUTES, name);
        if (content.inbound()) {
          tableOfServer(name);
        } else {
          route(name);
        }
      }
      content.clusters().forEach(clusters::want);
      if (content.elsewhere()) {
        needs.want(ResourceType.NAMES, Subscriptions.ALL);
      }
    }
    for (Resource table : store.all(ResourceType.NAMES)) {
      hosts = ((Resource.NameContent) table.content()).table();
    }
    store.all(ResourceType.LISTENER).forEach(this::listener);
    for (String name : wantedListeners) {
      if (names.serverPort(name) != 0 && store.get(ResourceType.LISTENER, name) == null) {
        inbound.missing(names.serverPort(name));
      }
    }
    // Before the clusters that only the routes before name: those stay wanted while they serve.
    routes.values().forEach(table -> clusters.keep(References.clusters(table)));
    listeners.values().forEach(listener -> clusters.keep(References.clusters(listener)));
    TrafficSnapshot next =
        SharedParts.snapshot(
            before,
            version,
            listeners,
            routes,
            clusters.clusters(),
            clusters.endpoints(),
            inbound.policy());
    return new Composition(next, needs);
  }

  /** What a server needs of its routes is their filters' configuration, not their clusters. */
  private void tableOfServer(String name) {
    if (table(name) == null) {
      needs.awaits(ResourceType.ROUTES, name);
    }
  }

  private @Nullable RouteConfiguration table(String name) {
    Resource resource = store.get(ResourceType.ROUTES, name);
    return resource == null ? null : ((Resource.RouteContent) resource.content()).routes();
  }

  private void route(String name) {
    if (routes.containsKey(name) || unfinishedRoutes.contains(name)) {
      return;
    }
    Resource resource = store.get(ResourceType.ROUTES, name);
    boolean ready = resource != null;
    if (resource == null) {
      if (!needs.awaits(ResourceType.ROUTES, name)) {
        return;
      }
    } else {
      for (String cluster : ((Resource.RouteContent) resource.content()).clusters()) {
        ready &= clusters.want(cluster);
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

  private void listener(Resource resource) {
    var content = (Resource.ListenerContent) resource.content();
    if (names.isServer(resource.name())) {
      inbound.own(content.listener());
      return;
    }
    if (content.inbound()) {
      inbound.intercepting(content.listener());
      return;
    }
    String key = names.target(resource.name());
    Listener last = before.listeners().get(key);
    if (content.routes().stream().noneMatch(unfinishedRoutes::contains)) {
      Listener next = hosts.named(content.listener());
      listeners.put(key, next.equals(last) ? last : next);
      return;
    }
    if (last != null) {
      listeners.put(key, last);
      for (String name : References.routes(last)) {
        RouteConfiguration table = before.routeConfigurations().get(name);
        if (table != null) {
          routes.putIfAbsent(name, table);
          needs.want(ResourceType.ROUTES, name);
        }
      }
    }
  }
}
