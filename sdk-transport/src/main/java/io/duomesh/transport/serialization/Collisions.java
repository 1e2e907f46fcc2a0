package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Watches the keys of one map or set: a peer may choose keys of one hash, each of which is then
 * compared with all before it. The JDK's newer tables sort strings or numbers of one hash, but not
 * both together; other keys, and other tables, cost a comparison each. Confined to one thread.
 */
final class Collisions {
  /** As many keys may be in before they are watched. */
  static final int UNWATCHED = 64;

  private static final int SMALL = 8;

  // or keys could be chosen that meet in the table of counts
  private static final int SALT = ThreadLocalRandom.current().nextInt() | 1;
  private static final int SECOND_SALT = ThreadLocalRandom.current().nextInt() | 1;

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
  private final Collection<?> present;
  private final boolean isOrdered;
  private boolean sorted;
  private int buckets; // of a Hashtable, where keys of different hashes meet; else 0
  private final @Nullable Class<?> first;
  private int[] hashes = {}; // open addressing: hash and count, two by two; a count of 0 is free
  private int held;

  /** Whether keys are to be watched from now on: many, or one that takes long to compare. */
  static boolean watches(int present, ReadObjects objects) {
    return present == UNWATCHED || objects.last() > SMALL;
  }

  Collisions(ReadObjects objects, Map<?, ?> map) {
    this(objects, map.getClass(), map.keySet());
    buckets = map.getClass() == Hashtable.class ? 11 : 0; // as its constructor says
  }

  Collisions(ReadObjects objects, Set<?> set) {
    this(objects, set.getClass(), set);
  }

  private Collisions(ReadObjects objects, Class<?> container, Collection<?> present) {
    this.objects = objects;
    this.present = present;
    this.isOrdered =
        SortedMap.class.isAssignableFrom(container) || SortedSet.class.isAssignableFrom(container);
    this.first = only(present);
    this.sorted = SORTING.contains(container) && first != null && SORTED_KEYS.contains(first);
  }

  /** The class of all keys, or null if they are of several. */
  private static @Nullable Class<?> only(Collection<?> keys) {
    Class<?> only = null;
    for (Object key : keys) {
      Class<?> type = key == null ? only : key.getClass();
      if (only != null && only != type) {
        return null;
      }
      only = type;
    }
    return only;
  }

  /** Called before a key goes in; throws where that may take too long. */
  void meet(@Nullable Object key) throws IOException {
    if (isOrdered || key == null || key instanceof Enum) {
      return;
    }
    if (sorted && key.getClass() == first) {
      return;
    }
    sorted = false;
    int before;
    try {
      before = countAndAdd(key);
    } catch (RuntimeException | StackOverflowError e) {
      throw new HessianException("The hash of a " + key.getClass().getName() + " failed", e);
    }
    if (before > 0) {
      objects.walk(before);
    }
  }

  private int countAndAdd(Object key) {
    boolean grows = false;
    while (buckets > 0 && present.size() >= (int) (buckets * 0.75f)) {
      buckets = buckets * 2 + 1;
      grows = true;
    }
    if (grows || hashes.length == 0) {
      countAll();
    }
    return add(code(key));
  }

  private void countAll() {
    hashes = new int[64];
    held = 0;
    for (Object key : present) {
      if (key != null) {
        add(code(key));
      }
    }
  }

  private int code(Object key) {
    int hash = key.hashCode();
    return buckets == 0 ? hash : (hash & Integer.MAX_VALUE) % buckets;
  }

  private int add(int hash) {
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
    int mixed = hash * SALT;
    int at = (mixed ^ mixed >>> 16) * SECOND_SALT >>> 7 & mask;
    while (hashes[at * 2 + 1] != 0 && hashes[at * 2] != hash) {
      at = at + 1 & mask;
    }
    return at * 2;
  }

  private void grow() {
    int[] old = hashes;
    hashes = new int[old.length * 2];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i + 1] != 0) {
        int slot = slot(old[i]);
        hashes[slot] = old[i];
        hashes[slot + 1] = old[i + 1];
      }
    }
  }
}
