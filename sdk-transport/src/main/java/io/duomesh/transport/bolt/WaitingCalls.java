package io.duomesh.transport.bolt;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait, not encoded yet, for room in the write buffer, in order. Bounded; those that
 * have ended meanwhile do not count. Owned by an event loop.
 */
final class WaitingCalls {
  private static final int MOST = 4096;

  private @Nullable ArrayDeque<BoltClientStream> calls;

  /** Adds a call; false if too many wait. */
  boolean add(BoltClientStream call) {
    ArrayDeque<BoltClientStream> all = calls;
    if (all == null) {
      all = new ArrayDeque<>();
      calls = all;
    }
    if (all.size() >= MOST) {
      all.removeIf(BoltClientStream::hasEnded);
    }
    return all.size() < MOST && all.add(call);
  }

  /** Takes out the first that has not ended; null if none waits. */
  @Nullable BoltClientStream poll() {
    if (calls == null) {
      return null;
    }
    BoltClientStream call = calls.poll();
    while (call != null && call.hasEnded()) {
      call = calls.poll();
    }
    return call;
  }

  boolean isEmpty() {
    return calls == null || calls.isEmpty();
  }
}
