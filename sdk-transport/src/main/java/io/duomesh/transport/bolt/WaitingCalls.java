package io.duomesh.transport.bolt;

import io.duomesh.transport.netty.WriteQueue;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait, not encoded yet, for their connection to stand or for room in its write buffer;
 * sent in order. Bounded; those that have ended meanwhile do not count. Owned by an event loop.
 */
final class WaitingCalls {
  private static final int MOST = 4096;

  private final Channel channel;
  private final WriteQueue queue;
  private volatile boolean holding = true; // before the connection stands, and while any waits
  private @Nullable ArrayDeque<BoltClientStream> calls;

  WaitingCalls(Channel channel, WriteQueue queue) {
    this.channel = channel;
    this.queue = queue;
  }

  /** Whether a call that is sent now must wait here, lest it overtake others. Any thread. */
  boolean isHolding() {
    return holding;
  }

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
    holding = true;
    return all.size() < MOST && all.add(call);
  }

  /** Sends calls as far as there is room. The connection stands. */
  void send() {
    if (!holding || !channel.isActive()) {
      return;
    }
    boolean written = false;
    while (!queue.isFull()) {
      BoltClientStream call = poll();
      if (call == null) {
        break;
      }
      call.resume();
      written = true;
    }
    holding = calls != null && !calls.isEmpty();
    if (written) {
      channel.flush();
    }
    if (holding && channel.isWritable()) { // the queue alone is full: after its turn
      channel.eventLoop().execute(this::send);
    }
  }

  /** Takes out all calls. */
  void forEach(Consumer<BoltClientStream> consumer) {
    for (BoltClientStream call = poll(); call != null; call = poll()) {
      consumer.accept(call);
    }
    holding = false;
  }

  /** Takes out the first that has not ended; null if none waits. */
  private @Nullable BoltClientStream poll() {
    if (calls == null) {
      return null;
    }
    BoltClientStream call = calls.poll();
    while (call != null && call.hasEnded()) {
      call = calls.poll();
    }
    return call;
  }
}
