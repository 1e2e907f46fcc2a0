package io.duomesh.xds;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the references from what is wanted to what must be asked for, and turns what is held into
 * snapshots once it is complete, or time is up for the rest. Used by one thread.
 */
final class SnapshotAssembler {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotAssembler.class);

  private static final String ALL = DeltaStream.ALL;
  private static final String STALE = " (from the disk)";

  // References are followed from listeners to endpoints: four steps, and one to see that all is
  // said.
  private static final int MOST_ROUNDS = 5;

  private final boolean wildcard;
  private final String origin;
  private final UnaryOperator<String> targets;
  private final ResourceStore store = new ResourceStore();
  private final PerType<Set<String>> wanted = new PerType<>(LinkedHashSet::new);
  private final PerType<Set<String>> settled = new PerType<>(HashSet::new);
  private final PerType<Set<String>> forgotten = new PerType<>(HashSet::new);
  private final PerType<Set<String>> deleted = new PerType<>(HashSet::new);
  private final boolean keepsDeleted;
  private TrafficSnapshot latest = TrafficSnapshot.EMPTY;
  private boolean published;
  private Set<String> waitingFor = Set.of();
  private long count;

  /**
   * An assembler.
   *
   * @param wildcard whether everything is wanted, or what {@link #want} says
   * @param origin who the configuration comes from, for people
   * @param targets the target that a listener's name stands for, by which it is found
   * @param keepsDeleted whether listeners and clusters that the server says are gone stay
   */
  SnapshotAssembler(
      boolean wildcard, String origin, UnaryOperator<String> targets, boolean keepsDeleted) {
    this.wildcard = wildcard;
    this.keepsDeleted = keepsDeleted;
    this.targets = targets;
    this.origin = origin;
    if (wildcard) {
      wanted.get(ResourceType.CLUSTER).add(ALL);
      wanted.get(ResourceType.LISTENER).add(ALL);
    }
  }

  ResourceStore store() {
    return store;
  }

  Set<String> wanted(ResourceType type) {
    return wanted.get(type);
  }

  /** What is named and may still come, for people. */
  Set<String> waitingFor() {
    return waitingFor;
  }

  /** The listeners that are wanted by name. */
  void want(Set<String> listeners) {
    if (!wildcard) {
      replaceWanted(ResourceType.LISTENER, listeners);
    }
  }

  /**
   * Takes what a response says.
   *
   * @return why resources of it are refused, by name
   */
  Map<String, String> take(Update update) {
    ResourceType type = update.type();
    Map<String, String> refused = new HashMap<>();
    Set<String> mentioned = new HashSet<>();
    for (Update.Item item : update.items()) {
      mentioned.add(item.name());
      settled.get(type).add(item.name());
      if (deleted.get(type).remove(item.name())) {
        LOG.info("{} has {} {} again", origin, type, item.name());
      }
      if (!item.typeUrl().equals(type.typeUrl())) {
        refused.put(item.name(), "is a " + item.typeUrl() + " in a response of " + type.typeUrl());
      } else if (wants(type, item.name())) {
        String why = store.put(type, item.name(), item.bytes(), item.version(), false);
        if (why != null) {
          refused.put(item.name(), why);
        }
      }
    }
    for (String name : update.removed()) {
      settle(type, name);
      // A table or an assignment is collected when nothing names it; until then it stays, as in
      // Envoy.
      if (type.complete()) {
        delete(type, name);
      }
    }
    update
        .errors()
        .forEach(
            (name, why) -> {
              settle(type, name);
              boolean held = store.get(type, name) != null;
              LOG.warn(
                  "{} cannot give {} {}: {}{}",
                  origin,
                  type,
                  name,
                  why,
                  held ? " (the last good one stays in use)" : "");
            });
    mentioned.addAll(update.ttls().keySet());
    if (update.complete()) {
      removeUnmentioned(type, mentioned);
    }
    if (wants(type, ALL)) {
      settled.get(type).add(ALL);
    }
    return refused;
  }

  private void removeUnmentioned(ResourceType type, Set<String> mentioned) {
    for (String name : names(type)) {
      if (!mentioned.contains(name)) {
        delete(type, name);
      }
    }
  }

  private void delete(ResourceType type, String name) {
    if (keepsDeleted && store.get(type, name) != null) {
      if (deleted.get(type).add(name)) {
        LOG.warn("{} has deleted {} {}: it stays, by ignore_resource_deletion", origin, type, name);
      }
    } else {
      store.remove(type, name);
    }
  }

  /** A resource whose time to live has run out is as good as removed, whatever its type. */
  void expire(ResourceType type, String name) {
    store.remove(type, name);
    settle(type, name);
  }

  /** Names whose resources were dropped since this was last asked. */
  Set<String> takeForgotten(ResourceType type) {
    Set<String> names = forgotten.get(type);
    forgotten.set(type, new HashSet<>());
    return names;
  }

  /** Removes what came from the disk and no server has confirmed. */
  void dropStale(ResourceType type) {
    for (Resource resource : List.copyOf(store.all(type))) {
      if (resource.stale()) {
        store.remove(type, resource.name());
      }
    }
  }

  private List<String> names(ResourceType type) {
    List<String> names = new ArrayList<>();
    store.all(type).forEach(resource -> names.add(resource.name()));
    return names;
  }

  private boolean wants(ResourceType type, String name) {
    return wanted.get(type).contains(name) || wanted.get(type).contains(ALL);
  }

  /** Notes that a name, or all, will not come for now. */
  void settle(ResourceType type, String name) {
    settled.get(type).add(name);
  }

  /** Forgets what was settled: a new stream may answer otherwise. */
  void unsettle() {
    for (ResourceType type : ResourceType.values()) {
      settled.get(type).clear();
      forgotten.get(type).clear();
    }
  }

  boolean isSettled(ResourceType type, String name) {
    return settled.get(type).contains(name);
  }

  private boolean isPending(ResourceType type, String name) {
    if (store.get(type, name) != null) {
      return false;
    }
    String asked = wanted.get(type).contains(ALL) ? ALL : name;
    return !settled.get(type).contains(asked);
  }

  /**
   * The next snapshot, and what is wanted from now on.
   *
   * @param force whether to go without what is pending
   * @return the snapshot to publish; the latest one where there is nothing new; null where the
   *     first is not complete yet
   */
  @Nullable TrafficSnapshot assemble(boolean force) {
    SnapshotComposer.Composition next = compose(force);
    // What has just become wanted is pending, which the next round sees.
    for (int round = 1; follow(next.wanted()) && round < MOST_ROUNDS; round++) {
      next = compose(force);
    }
    waitingFor = force ? Set.of() : waiting(next.waitingFor());
    if (!published && !waitingFor.isEmpty()) {
      return null;
    }
    if (!next.snapshot().equals(latest) || !published) {
      count++;
    }
    published = true;
    latest = next.snapshot();
    return latest;
  }

  /**
   * The next snapshot after an update that changes endpoints of clusters in use and nothing else:
   * its cost does not grow with the rest of the configuration. Null where more is to be done.
   */
  @Nullable TrafficSnapshot assembleEndpoints(Update update) {
    boolean only =
        update.type() == ResourceType.ENDPOINTS
            && published
            && waitingFor.isEmpty()
            && update.removed().isEmpty()
            && !latest.version().endsWith(STALE);
    Map<String, ClusterEndpoints> changed = new HashMap<>();
    for (Update.Item item : update.items()) {
      Resource resource = store.get(ResourceType.ENDPOINTS, item.name());
      ClusterEndpoints before = latest.endpoints().get(item.name());
      if (!only || resource == null || before == null) {
        return null;
      }
      ClusterEndpoints now = ((Resource.EndpointContent) resource.content()).endpoints();
      if (!now.equals(before)) {
        changed.put(item.name(), now);
      }
    }
    if (!only || changed.isEmpty()) {
      return only ? latest : null;
    }
    Map<String, ClusterEndpoints> endpoints = new HashMap<>(latest.endpoints());
    endpoints.putAll(changed);
    count++;
    latest =
        new TrafficSnapshot(
            count + " of " + origin,
            latest.listeners(),
            latest.routeConfigurations(),
            latest.clusters(),
            endpoints,
            latest.inbound());
    return latest;
  }

  private SnapshotComposer.Composition compose(boolean force) {
    boolean stale = false;
    for (ResourceType type : ResourceType.values()) {
      stale |= store.all(type).stream().anyMatch(Resource::stale);
    }
    String version = (count + 1) + " of " + origin + (stale ? STALE : "");
    // A server's word makes a new snapshot of what came from the disk, even if it is the same.
    TrafficSnapshot before =
        latest.version().endsWith(STALE) == stale
            ? latest
            : new TrafficSnapshot(
                version,
                latest.listeners(),
                latest.routeConfigurations(),
                latest.clusters(),
                latest.endpoints(),
                latest.inbound());
    return new SnapshotComposer(
            store, before, targets, (type, name) -> !force && isPending(type, name))
        .compose(version);
  }

  /** Wants what is referred to; true if there is more of it than before. */
  private boolean follow(PerType<Set<String>> names) {
    boolean more =
        !wildcard && replaceWanted(ResourceType.CLUSTER, names.get(ResourceType.CLUSTER));
    more |= replaceWanted(ResourceType.ROUTES, names.get(ResourceType.ROUTES));
    more |= replaceWanted(ResourceType.ENDPOINTS, names.get(ResourceType.ENDPOINTS));
    return more;
  }

  private Set<String> waiting(Set<String> composed) {
    Set<String> waiting = new LinkedHashSet<>(composed);
    for (ResourceType type : List.of(ResourceType.CLUSTER, ResourceType.LISTENER)) {
      for (String name : wanted.get(type)) {
        if (name.equals(ALL) ? !isSettled(type, ALL) : isPending(type, name)) {
          waiting.add(type + " " + name);
        }
      }
    }
    return waiting;
  }

  private boolean replaceWanted(ResourceType type, Set<String> names) {
    Set<String> before = wanted.get(type);
    if (before.equals(names)) {
      return false;
    }
    boolean more = !before.containsAll(names);
    for (String name : before) {
      if (!names.contains(name)) {
        store.remove(type, name);
        settled.get(type).remove(name);
        forgotten.get(type).add(name);
      }
    }
    wanted.set(type, new LinkedHashSet<>(names));
    return more;
  }

  TrafficSnapshot latest() {
    return latest;
  }
}
