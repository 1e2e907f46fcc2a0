package io.duomesh.transport.serialization;

import java.util.Set;

/**
 * Which classes a reader may create: a closed list, by name, before any class is loaded. Immutable.
 */
public interface ClassFilter {
  /** Whether a class of this name may be created. */
  boolean allows(String className);

  /** A filter of exactly these names. */
  static ClassFilter of(Set<String> classNames) {
    Set<String> names = Set.copyOf(classNames);
    return names::contains;
  }
}
