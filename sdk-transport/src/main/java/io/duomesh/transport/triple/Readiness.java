package io.duomesh.transport.triple;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a stream takes more messages without their piling up: flow control lets them through, and
 * few bytes are on their way to the loop. Read by any thread.
 */
final class Readiness {
  private static final int READY_BYTES = 64 << 10;

  private final AtomicInteger queued = new AtomicInteger();
  private volatile boolean writable;

  boolean isReady() {
    return writable && queued.get() < READY_BYTES;
  }

  /** Bytes on their way. */
  int queued() {
    return queued.get();
  }

  /** A message sets out for the loop. */
  void add(int bytes) {
    queued.addAndGet(bytes);
  }

  /** A message has reached flow control; true if that makes the stream ready. On the loop. */
  boolean remove(int bytes) {
    return queued.getAndAdd(-bytes) >= READY_BYTES && isReady();
  }

  /** What flow control says; true if that makes the stream ready. On the loop. */
  boolean writable(boolean now) {
    boolean before = isReady();
    writable = now;
    return !before && isReady();
  }
}
