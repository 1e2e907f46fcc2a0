package io.duomesh.runtime.client;

import io.duomesh.MethodDescriptor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A small map by the identity of methods, read without locks and without allocation. Copied on each
 * addition; stops growing at {@value #MOST} entries, since callers without classes make methods as
 * they go.
 *
 * @param <V> what is kept of a method
 */
final class MethodCache<V> {
  private static final int MOST = 1024;

  /** Open addressing: method, value, method, value, …; a power of two, at most half full. */
  private final AtomicReference<@Nullable Object[]> slots =
      new AtomicReference<>(new @Nullable Object[32]);

  @SuppressWarnings({"unchecked", "ReferenceEquality"})
  @Nullable V get(MethodDescriptor method) {
    @Nullable Object[] table = slots.get();
    int mask = table.length - 2;
    int at = start(method, mask);
    Object key;
    while ((key = table[at]) != null) {
      if (key == method) {
        return (V) table[at + 1];
      }
      at = (at + 2) & mask;
    }
    return null;
  }

  void put(MethodDescriptor method, V value) {
    while (true) {
      @Nullable Object[] table = slots.get();
      int used = used(table);
      if (used >= MOST) {
        return;
      }
      boolean grow = (used + 1) * 4 > table.length;
      @Nullable Object[] copy = new @Nullable Object[grow ? table.length * 2 : table.length];
      for (int i = 0; i < table.length; i += 2) {
        Object key = table[i];
        if (key instanceof MethodDescriptor known) {
          insert(copy, known, table[i + 1]);
        }
      }
      insert(copy, method, value);
      if (slots.compareAndSet(table, copy)) {
        return;
      }
    }
  }

  private static int used(@Nullable Object[] table) {
    int used = 0;
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != null) {
        used++;
      }
    }
    return used;
  }

  @SuppressWarnings("ReferenceEquality")
  private static void insert(
      @Nullable Object[] table, MethodDescriptor method, @Nullable Object value) {
    int mask = table.length - 2;
    int at = start(method, mask);
    while (table[at] != null && table[at] != method) {
      at = (at + 2) & mask;
    }
    table[at] = method;
    table[at + 1] = value;
  }

  private static int start(MethodDescriptor method, int mask) {
    int hash = System.identityHashCode(method);
    return ((hash ^ (hash >>> 15)) << 1) & mask;
  }
}
