package io.duomesh.transport.serialization;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a stream holds so far, numbered in the order in which they began. Small graphs
 * are scanned, since an identity hash costs more than looking at a few references; larger ones are
 * found by open addressing. Kept and cleared rather than made anew. Confined to one thread.
 */
@SuppressWarnings("ReferenceEquality") // references are to identical objects
final class ReferenceTable {
  private static final int SCANNED = 24;
  private static final int KEPT = 4096;
  private static final int[] NONE = {};

  private @Nullable Object[] objects = new Object[SCANNED];
  private int[] slots = NONE; // number + 1 of the object of a hash, 0 where there is none
  private int size;
  private boolean hashed;

  /** The number of an object that the stream holds, else −1, and it is held from now on. */
  int numberOrAdd(Object object) {
    if (size <= SCANNED) {
      for (int i = 0; i < size; i++) {
        if (objects[i] == object) {
          return i;
        }
      }
      add(object);
      return -1;
    }
    if (!hashed || size * 2 > slots.length) {
      rehash();
    }
    int slot = slot(object);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    add(object);
    slots[slot] = size;
    return -1;
  }

  /** Takes a number for an object that nothing will refer to. */
  void skip() {
    add(null);
  }

  private void add(@Nullable Object object) {
    if (size == objects.length) {
      objects = Arrays.copyOf(objects, size * 2);
    }
    objects[size++] = object;
  }

  private int slot(Object object) {
    int mask = slots.length - 1;
    int at = System.identityHashCode(object) * 0x9e3779b9 >>> 8 & mask;
    while (slots[at] != 0 && objects[slots[at] - 1] != object) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void rehash() {
    int length = Math.max(128, Integer.highestOneBit(size) * 4);
    if (length > slots.length) {
      slots = new int[length];
    }
    hashed = true;
    for (int i = 0; i < size; i++) {
      Object object = objects[i];
      if (object != null) {
        slots[slot(object)] = i + 1;
      }
    }
  }

  void clear() {
    if (size > KEPT) {
      objects = new Object[SCANNED];
      slots = NONE;
    } else {
      Arrays.fill(objects, 0, size, null);
      if (hashed) {
        Arrays.fill(slots, 0);
      }
    }
    hashed = false;
    size = 0;
  }
}
