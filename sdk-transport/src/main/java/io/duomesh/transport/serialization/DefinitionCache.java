package io.duomesh.transport.serialization;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Class definitions that streams began with before, found by their bytes: peers send the same few
 * with every call. Bounded, a newer one takes the place of an older; safe for use by many threads.
 */
final class DefinitionCache {
  /** The names of a class and its fields, and what follows from them alone. Immutable. */
  static final class Names {
    final byte[] bytes; // as they stand in the stream
    final String name;
    final List<String> fields;
    final boolean isThrowable;
    final boolean isDenied;
    final @Nullable JdkValue<?> jdkValue;

    Names(byte[] bytes, String name, List<String> fields, @Nullable JdkValue<?> jdkValue) {
      this.bytes = bytes;
      this.name = name;
      this.fields = fields;
      this.isThrowable = ThrowableReader.isThrowable(fields);
      this.isDenied = DeniedClasses.denies(name);
      this.jdkValue = jdkValue;
    }

    static Names of(byte[] bytes, String name, List<String> fields) {
      return new Names(bytes, name, fields, JdkValue.named(name));
    }
  }

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int SLOTS = 256;
  private static final int MAX_BYTES = 2048;
  private static final int MAX_FIELDS = 256;
  private static final int HASHED = 48;

  private final AtomicReferenceArray<@Nullable Names> slots = new AtomicReferenceArray<>(SLOTS);

  /** The definition that begins at a place, if it was met before. */
  @Nullable Names find(byte[] data, int from, int limit) {
    Names found = slots.get(slot(data, from, limit));
    if (found == null) {
      return null;
    }
    int length = found.bytes.length;
    return length <= limit - from
            && Arrays.equals(data, from, from + length, found.bytes, 0, length)
        ? found
        : null;
  }

  /** Keeps a definition that stands between two places. */
  Names keep(byte[] data, int from, int to, int limit, String name, List<String> fields) {
    if (to - from > MAX_BYTES || fields.size() > MAX_FIELDS) {
      return Names.of(HessianInput.NO_BYTES, name, fields);
    }
    Names names = Names.of(Arrays.copyOfRange(data, from, to), name, fields);
    slots.lazySet(slot(data, from, limit), names);
    return names;
  }

  /** By the last of the first bytes, where class names of one package differ. */
  private static int slot(byte[] data, int from, int limit) {
    int end = Math.min(limit, from + HASHED);
    long hash = 0;
    int i = Math.min(end, from + 8);
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      hash = (hash + (long) LONGS.get(data, i)) * 0x9e3779b97f4a7c15L;
    }
    for (; i < end; i++) {
      hash = (hash + data[i]) * 0x9e3779b97f4a7c15L;
    }
    return (int) (hash >>> 48) & SLOTS - 1;
  }
}
