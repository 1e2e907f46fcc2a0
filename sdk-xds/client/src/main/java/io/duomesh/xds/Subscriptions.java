package io.duomesh.xds;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What is asked of the control plane, by type and name, and what of it is settled: has come, or
 * will not for now. Used by one thread.
 */
final class Subscriptions {
  /** The name that stands for all. */
  static final String ALL = "*";

  private static final int MOST_UNANSWERED = 3;

  private final boolean wildcard;
  private final ResourceStore store;
  private final PerType<Set<String>> wanted = new PerType<>(LinkedHashSet::new);
  private final PerType<Set<String>> settled = new PerType<>(HashSet::new);
  private final PerType<Set<String>> forgotten = new PerType<>(HashSet::new);

  /** Streams in a row that ended without an answer about names. */
  private int unanswered;

  /**
   * Subscriptions.
   *
   * @param wildcard whether all listeners and clusters are wanted, or those that are named
   * @param store what is held; what is wanted no longer is removed from it
   */
  Subscriptions(boolean wildcard, ResourceStore store) {
    this.wildcard = wildcard;
    this.store = store;
    if (wildcard) {
      wanted.get(ResourceType.CLUSTER).add(ALL);
      wanted.get(ResourceType.LISTENER).add(ALL);
    }
  }

  /** The names wanted of a type; a set that changes is replaced. */
  Set<String> wanted(ResourceType type) {
    return wanted.get(type);
  }

  /** Whether a resource is wanted, by its name or with all. */
  boolean wants(ResourceType type, String name) {
    return wanted.get(type).contains(name) || wanted.get(type).contains(ALL);
  }

  /** Wants listeners by name. */
  void wantListeners(Set<String> names) {
    if (!wildcard) {
      replace(ResourceType.LISTENER, names);
    }
  }

  /** Wants what is referred to; true if there is more of it than before. */
  boolean follow(PerType<Set<String>> names) {
    boolean more = !wildcard && replace(ResourceType.CLUSTER, names.get(ResourceType.CLUSTER));
    more |= replace(ResourceType.ROUTES, names.get(ResourceType.ROUTES));
    more |= replace(ResourceType.ENDPOINTS, names.get(ResourceType.ENDPOINTS));
    if (wildcard && unanswered < MOST_UNANSWERED) {
      more |= replace(ResourceType.NAMES, names.get(ResourceType.NAMES));
    }
    return more;
  }

  private boolean replace(ResourceType type, Set<String> names) {
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

  /** Names whose resources were dropped since this was last asked. */
  Set<String> takeForgotten(ResourceType type) {
    Set<String> names = forgotten.get(type);
    forgotten.set(type, new HashSet<>());
    return names;
  }

  /**
   * Notes that a stream which had answered before has ended: a server that does so whenever it is
   * asked for the table of names does not know Istio's type, and is asked no more.
   */
  void streamEnded() {
    boolean asked = wants(ResourceType.NAMES, ALL) && store.all(ResourceType.NAMES).isEmpty();
    if (unanswered < MOST_UNANSWERED) {
      unanswered = asked ? unanswered + 1 : 0;
    }
    if (unanswered == MOST_UNANSWERED) {
      replace(ResourceType.NAMES, Set.of());
    }
  }

  /**
   * Notes that a name, or all, has been answered or will not come for now; nothing where it is not
   * wanted, so that a server cannot fill this with names of its own.
   */
  void settle(ResourceType type, String name) {
    if (wanted.get(type).contains(name)) {
      settled.get(type).add(name);
    }
  }

  /** Forgets what was settled: a new stream may answer otherwise. */
  void unsettle() {
    for (ResourceType type : ResourceType.values()) {
      settled.get(type).clear();
      forgotten.get(type).clear();
    }
  }

  /** Whether a name is waited for no longer. */
  boolean isSettled(ResourceType type, String name) {
    return settled.get(type).contains(name);
  }

  /** Whether a resource that is not held may still come. */
  boolean isPending(ResourceType type, String name) {
    return store.get(type, name) == null
        && !isSettled(type, wanted.get(type).contains(ALL) ? ALL : name);
  }

  /** What was asked for whatever refers to it and may still come, for people. */
  Set<String> pending() {
    Set<String> pending = new LinkedHashSet<>();
    for (ResourceType type : ResourceType.values()) {
      for (String name : type.complete() ? wanted.get(type) : Set.<String>of()) {
        if (name.equals(ALL) ? !isSettled(type, ALL) : isPending(type, name)) {
          pending.add(type + " " + name);
        }
      }
    }
    return pending;
  }
}
