package io.duomesh.transport.serialization;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names that streams repeat: of types, of methods. Found by their bytes, so that only the first of
 * a kind is made. Bounded, a newer one takes the place of an older. Confined to one thread.
 */
final class NameCache {
  /** Bytes of a name that is kept; longer ones are made each time. */
  static final int LONGEST = 64;

  private static final int SLOTS = 64;

  private final @Nullable String[] slots = new @Nullable String[SLOTS];

  /** The name of some bytes, all ASCII. */
  String get(byte[] data, int from, int count) {
    int hash = count;
    for (int i = from; i < from + count; i++) {
      hash = 31 * hash + data[i];
    }
    int slot = (hash ^ hash >>> 16) & SLOTS - 1;
    String known = slots[slot];
    if (known != null && isEqual(known, data, from, count)) {
      return known;
    }
    String made = new String(data, from, count, StandardCharsets.ISO_8859_1);
    slots[slot] = made;
    return made;
  }

  private static boolean isEqual(String name, byte[] data, int from, int count) {
    if (name.length() != count) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (name.charAt(i) != data[from + i]) {
        return false;
      }
    }
    return true;
  }
}
