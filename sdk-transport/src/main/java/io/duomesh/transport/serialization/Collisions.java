package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches the keys of one map or set: a peer may choose keys of one hash, each of which is then
 * compared with all before it. The JDK's hash tables sort strings and numbers of one hash; other
 * keys, and other tables, cost a comparison each. Confined to one thread.
 */
final class Collisions {
  private static final int UNWATCHED = 64;
  private static final Set<Class<?>> SORTED_KEYS =
      Set.of(String.class, Integer.class, Long.class, Double.class, Boolean.class);
  private static final Set<Class<?>> SORTING =
      Set.of(
          HashMap.class,
          LinkedHashMap.class,
          HashSet.class,
          LinkedHashSet.class,
          ConcurrentHashMap.class);

  private final ReadObjects objects;
  private final boolean sorts;
  private int keys;
  private int[] hashes = {}; // open addressing: hash and count, two by two; a count of 0 is free
  private int held;

  Collisions(ReadObjects objects, Object container) {
    this.objects = objects;
    this.sorts = SORTING.contains(container.getClass());
  }

  /** Called before a key that was just read goes in; throws where that may take too long. */
  void check(@Nullable Object key) throws IOException {
    objects.walk(1);
    if (key == null
        || sorts && SORTED_KEYS.contains(key.getClass())
        || key instanceof Enum
        || keys++ < UNWATCHED) {
      return;
    }
    int before;
    try {
      before = countAndAdd(key.hashCode());
    } catch (RuntimeException | StackOverflowError e) {
      throw new HessianException("The hash of a " + key.getClass().getName() + " failed", e);
    }
    if (before > 0) {
      objects.walk(before);
    }
  }

  private int countAndAdd(int hash) {
    if (held * 4 >= hashes.length) {
      grow();
    }
    int slot = slot(hash);
    if (hashes[slot + 1] == 0) {
      hashes[slot] = hash;
      held++;
    }
    return hashes[slot + 1]++;
  }

  private int slot(int hash) {
    int mask = hashes.length / 2 - 1;
    int at = (hash * 0x9e3779b9 >>> 7) & mask;
    while (hashes[at * 2 + 1] != 0 && hashes[at * 2] != hash) {
      at = at + 1 & mask;
    }
    return at * 2;
  }

  private void grow() {
    int[] old = hashes;
    hashes = new int[Math.max(64, old.length * 2)];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i + 1] != 0) {
        int slot = slot(old[i]);
        hashes[slot] = old[i];
        hashes[slot + 1] = old[i + 1];
      }
    }
  }
}
