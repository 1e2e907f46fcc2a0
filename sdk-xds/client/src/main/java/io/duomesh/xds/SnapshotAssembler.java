package io.duomesh.xds;

import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the references from what is wanted to what must be asked for, and turns what is held into
 * snapshots once it is complete, or time is up for the rest. Used by one thread.
 */
final class SnapshotAssembler {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotAssembler.class);
  private static final String STALE = " (from the disk)";

  // References are followed from listeners to endpoints: four steps, and one to see that all is
  // said.
  private static final int MOST_ROUNDS = 5;

  private final String origin;
  private final ListenerNames names;
  private final ResourceStore store;
  private final Subscriptions subscriptions;
  private TrafficSnapshot latest = TrafficSnapshot.EMPTY;
  private boolean published;
  private Set<String> waitingFor = Set.of();
  private long count;

  /** Names of servers' listeners that were said to be missing. */
  private final Set<String> told = new HashSet<>();

  /**
   * An assembler.
   *
   * @param origin who the configuration comes from, for people
   * @param names what listeners are called
   * @param store what is held
   * @param subscriptions what is asked for
   */
  SnapshotAssembler(
      String origin, ListenerNames names, ResourceStore store, Subscriptions subscriptions) {
    this.origin = origin;
    this.names = names;
    this.store = store;
    this.subscriptions = subscriptions;
  }

  /** What is named and may still come, for people. */
  Set<String> waitingFor() {
    return waitingFor;
  }

  /** The snapshot last assembled; the empty one before the first. */
  TrafficSnapshot latest() {
    return latest;
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
    for (int round = 1;
        subscriptions.follow(next.needs().wanted()) && round < MOST_ROUNDS;
        round++) {
      next = compose(force);
    }
    waitingFor = new LinkedHashSet<>();
    if (!force) {
      waitingFor.addAll(next.needs().waitingFor());
      waitingFor.addAll(subscriptions.pending());
    }
    if (!published && !waitingFor.isEmpty()) {
      return null;
    }
    if (!next.snapshot().equals(latest) || !published) {
      count++;
    }
    published = true;
    latest = next.snapshot();
    tellOfServersWithoutListener(force);
    return latest;
  }

  private void tellOfServersWithoutListener(boolean force) {
    for (String name : subscriptions.wanted(ResourceType.LISTENER)) {
      boolean absent =
          names.isServer(name)
              && store.get(ResourceType.LISTENER, name) == null
              && (force || !subscriptions.isPending(ResourceType.LISTENER, name));
      if (absent && told.add(name)) {
        LOG.warn("{} has no listener {}: it asks nothing of the server there", origin, name);
      }
    }
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
    boolean stale = store.hasStale();
    String version = (count + 1) + " of " + origin + (stale ? STALE : "");
    // A server's word makes a new snapshot of what came from the disk, even if it is the same.
    TrafficSnapshot before =
        latest.version().endsWith(STALE) == stale ? latest : renamed(latest, version);
    return new SnapshotComposer(
            store, before, names, (type, name) -> !force && subscriptions.isPending(type, name))
        .compose(version, subscriptions.wanted(ResourceType.LISTENER));
  }

  private static TrafficSnapshot renamed(TrafficSnapshot snapshot, String version) {
    return new TrafficSnapshot(
        version,
        snapshot.listeners(),
        snapshot.routeConfigurations(),
        snapshot.clusters(),
        snapshot.endpoints(),
        snapshot.inbound());
  }
}
