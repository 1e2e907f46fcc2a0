package io.duomesh.xds;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes responses into the store: what they send, what they remove, what they leave out. Used by
 * one thread.
 */
final class ResourceIntake {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceIntake.class);

  private final String origin;
  private final boolean keepsDeleted;
  private final ResourceStore store;
  private final Subscriptions subscriptions;
  private final PerType<Set<String>> deleted = new PerType<>(HashSet::new);

  /**
   * An intake.
   *
   * @param origin who the resources come from, for people
   * @param keepsDeleted whether listeners and clusters that the server says are gone stay
   */
  ResourceIntake(
      String origin, boolean keepsDeleted, ResourceStore store, Subscriptions subscriptions) {
    this.origin = origin;
    this.keepsDeleted = keepsDeleted;
    this.store = store;
    this.subscriptions = subscriptions;
  }

  /**
   * Takes what a response says.
   *
   * @return why resources of it are refused, by name
   */
  Map<String, String> take(Update update) {
    ResourceType type = update.type();
    Map<String, String> refused = new HashMap<>();
    Set<String> mentioned = new HashSet<>(update.ttls().keySet());
    for (Update.Item item : update.items()) {
      mentioned.add(item.name());
      String why = take(type, item);
      if (why != null) {
        refused.put(item.name(), why);
      }
    }
    for (String name : update.removed()) {
      subscriptions.settle(type, name);
      // A table or an assignment is collected when nothing names it; until then it stays, as in
      // Envoy.
      if (type.complete()) {
        delete(type, name);
      }
    }
    update.errors().forEach((name, why) -> fail(type, name, why));
    if (update.complete()) {
      removeUnmentioned(type, mentioned);
    }
    if (subscriptions.wants(type, Subscriptions.ALL)) {
      subscriptions.settle(type, Subscriptions.ALL);
    }
    return refused;
  }

  private @Nullable String take(ResourceType type, Update.Item item) {
    subscriptions.settle(type, item.name());
    if (deleted.get(type).remove(item.name())) {
      LOG.info("{} has {} {} again", origin, type, item.name());
    }
    if (!item.typeUrl().equals(type.typeUrl())) {
      return "is a " + item.typeUrl() + " in a response of " + type.typeUrl();
    }
    return subscriptions.wants(type, item.name())
        ? store.put(type, item.name(), item.bytes(), item.version(), false)
        : null;
  }

  private void fail(ResourceType type, String name, String why) {
    subscriptions.settle(type, name);
    boolean held = store.get(type, name) != null;
    LOG.warn(
        "{} cannot give {} {}: {}{}",
        origin,
        type,
        name,
        why,
        held ? " (the last good one stays in use)" : "");
  }

  private void removeUnmentioned(ResourceType type, Set<String> mentioned) {
    for (String name : store.names(type)) {
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
    subscriptions.settle(type, name);
  }

  /** Removes what came from the disk and no server has confirmed. */
  void dropStale(ResourceType type) {
    for (Resource resource : List.copyOf(store.all(type))) {
      if (resource.stale()) {
        store.remove(type, resource.name());
      }
    }
  }
}
