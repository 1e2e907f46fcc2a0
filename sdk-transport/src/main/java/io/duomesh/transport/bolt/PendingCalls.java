package io.duomesh.transport.bolt;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a connection that wait for their response, by request id: open addressing with
 * linear probing, no boxing, no entry objects. Ids come in sequence, so that probes are short.
 * Owned by an event loop.
 */
final class PendingCalls {
  /** Of connections without calls; too small for even one, so that nobody writes to it. */
  private static final @Nullable BoltClientStream[] NONE = new BoltClientStream[1];

  private @Nullable BoltClientStream[] slots = NONE;
  private int size;

  int size() {
    return size;
  }

  /** Adds a call under its id, which must not be there. */
  void add(BoltClientStream call) {
    if (2 * ++size > slots.length) {
      grow();
    }
    place(slots, call);
  }

  /** Takes out the call of an id; null if there is none. */
  @Nullable BoltClientStream remove(int id) {
    int mask = slots.length - 1;
    for (int at = id & mask; ; at = (at + 1) & mask) {
      BoltClientStream call = slots[at];
      if (call == null) {
        return null;
      }
      if (call.id() == id) {
        size--;
        closeGap(at);
        return call;
      }
    }
  }

  /** Passes each call; it may be removed meanwhile, others may not. */
  void forEach(Consumer<BoltClientStream> consumer) {
    for (BoltClientStream call : slots.clone()) {
      if (call != null) {
        consumer.accept(call);
      }
    }
  }

  /** Moves back whatever could no longer be found past the gap. */
  private void closeGap(int gap) {
    int mask = slots.length - 1;
    slots[gap] = null;
    int free = gap;
    for (int at = (gap + 1) & mask; ; at = (at + 1) & mask) {
      BoltClientStream call = slots[at];
      if (call == null) {
        return;
      }
      int home = call.id() & mask;
      if (((at - home) & mask) >= ((at - free) & mask)) {
        slots[free] = call;
        slots[at] = null;
        free = at;
      }
    }
  }

  private void grow() {
    @Nullable BoltClientStream[] larger = new BoltClientStream[Math.max(16, 2 * slots.length)];
    for (BoltClientStream call : slots) {
      if (call != null) {
        place(larger, call);
      }
    }
    slots = larger;
  }

  private static void place(@Nullable BoltClientStream[] slots, BoltClientStream call) {
    int mask = slots.length - 1;
    int at = call.id() & mask;
    while (slots[at] != null) {
      at = (at + 1) & mask;
    }
    slots[at] = call;
  }
}
