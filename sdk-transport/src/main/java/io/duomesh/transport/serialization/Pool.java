package io.duomesh.transport.serialization;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a few objects for reuse; what does not fit is left to the collector. A thread mostly meets
 * the object that it gave back itself. Safe for use by many threads, virtual ones too.
 */
final class Pool<T> {
  private final AtomicReferenceArray<@Nullable T> slots =
      new AtomicReferenceArray<>(
          Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 4);

  @Nullable T take() {
    return slots.getAndSet(slot(), null);
  }

  void give(T object) {
    slots.lazySet(slot(), object);
  }

  private int slot() {
    int hash = System.identityHashCode(Thread.currentThread());
    return (hash ^ hash >>> 16) & slots.length() - 1;
  }
}
