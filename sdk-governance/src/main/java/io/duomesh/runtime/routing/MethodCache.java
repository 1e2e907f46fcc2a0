package io.duomesh.runtime.routing;

import io.duomesh.MethodDescriptor;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
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

  @SuppressWarnings("rawtypes") // a class literal has no type arguments
  private static final AtomicReferenceFieldUpdater<MethodCache, Table> TABLE =
      AtomicReferenceFieldUpdater.newUpdater(MethodCache.class, Table.class, "table");

  private volatile Table table = new Table(16);

  @Nullable V get(MethodDescriptor method) {
    @SuppressWarnings("unchecked") // only values of this cache are put
    V value = (V) table.get(method);
    return value;
  }

  void put(MethodDescriptor method, V value) {
    Table before;
    Table after;
    do {
      before = table;
      if (before.used >= MOST) {
        return;
      }
      after = before.with(method, value);
    } while (!TABLE.compareAndSet(this, before, after));
  }

  /** Open addressing, at most half full; never changed once it is seen by others. */
  private static final class Table {
    private final @Nullable MethodDescriptor[] methods;
    private final @Nullable Object[] values;
    private int used;

    /** An empty table for a power of two of slots. */
    Table(int slots) {
      methods = new @Nullable MethodDescriptor[slots];
      values = new @Nullable Object[slots];
    }

    @SuppressWarnings("ReferenceEquality") // methods are known by identity
    @Nullable Object get(MethodDescriptor method) {
      int at = start(method);
      MethodDescriptor known;
      while ((known = methods[at]) != null) {
        if (known == method) {
          return values[at];
        }
        at = (at + 1) & (methods.length - 1);
      }
      return null;
    }

    Table with(MethodDescriptor method, Object value) {
      Table copy = new Table((used + 1) * 2 > methods.length ? methods.length * 2 : methods.length);
      for (int i = 0; i < methods.length; i++) {
        MethodDescriptor known = methods[i];
        Object kept = values[i];
        if (known != null && kept != null) {
          copy.insert(known, kept);
        }
      }
      copy.insert(method, value);
      return copy;
    }

    @SuppressWarnings("ReferenceEquality") // methods are known by identity
    private void insert(MethodDescriptor method, Object value) {
      int at = start(method);
      while (methods[at] != null && methods[at] != method) {
        at = (at + 1) & (methods.length - 1);
      }
      used += methods[at] == null ? 1 : 0;
      methods[at] = method;
      values[at] = value;
    }

    private int start(MethodDescriptor method) {
      int hash = System.identityHashCode(method);
      return (hash ^ (hash >>> 15)) & (methods.length - 1);
    }
  }
}
