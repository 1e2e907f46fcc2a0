package io.duomesh.transport.serialization;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a stream holds so far, numbered in the order in which they began. Small graphs
 * are scanned, since an identity hash costs more than looking at eight references.
 */
@SuppressWarnings("ReferenceEquality") // references are to identical objects
final class ReferenceTable {
  private static final int SCANNED = 8;

  private final @Nullable Object[] first = new Object[SCANNED];
  private @Nullable Map<Object, Integer> more;
  private int size;

  /** The number of an object that the stream holds, else −1, and it is held from now on. */
  int numberOrAdd(Object object) {
    int scanned = Math.min(size, SCANNED);
    for (int i = 0; i < scanned; i++) {
      if (first[i] == object) {
        return i;
      }
    }
    if (size < SCANNED) {
      first[size++] = object;
      return -1;
    }
    Map<Object, Integer> rest = more;
    if (rest == null) {
      rest = new IdentityHashMap<>();
      more = rest;
    }
    Integer known = rest.putIfAbsent(object, size);
    if (known != null) {
      return known;
    }
    size++;
    return -1;
  }

  /** Takes a number for an object that nothing will refer to. */
  void skip() {
    numberOrAdd(new Object());
  }

  void clear() {
    Arrays.fill(first, 0, Math.min(size, SCANNED), null);
    size = 0;
    more = null;
  }
}
