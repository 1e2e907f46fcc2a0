package io.duomesh.xds;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiPredicate;

/** What the resources held refer to, and what of it is still to come. Used once. */
final class Needs {
  private final BiPredicate<ResourceType, String> pending;
  private final PerType<Set<String>> wanted = new PerType<>(LinkedHashSet::new);
  private final Set<String> waitingFor = new LinkedHashSet<>();

  /**
   * Needs.
   *
   * @param pending whether a resource was asked for and may still come
   */
  Needs(BiPredicate<ResourceType, String> pending) {
    this.pending = pending;
  }

  /** Notes that a resource is referred to. */
  void want(ResourceType type, String name) {
    wanted.get(type).add(name);
  }

  /** Whether a resource that is not there may still come, which is then waited for. */
  boolean awaits(ResourceType type, String name) {
    boolean comes = pending.test(type, name);
    if (comes) {
      waitingFor.add(type + " " + name);
    }
    return comes;
  }

  /** The names referred to, by type. */
  PerType<Set<String>> wanted() {
    return wanted;
  }

  /** What is waited for, for people. */
  Set<String> waitingFor() {
    return waitingFor;
  }
}
