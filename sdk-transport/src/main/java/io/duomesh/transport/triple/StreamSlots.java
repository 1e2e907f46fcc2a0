package io.duomesh.transport.triple;

import io.duomesh.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Opens the calls of a connection in the order they come: at once, or when the connection stands
 * and the peer's limit of streams allows; those that wait are bounded in number. Confined to the
 * loop.
 */
final class StreamSlots {
  private static final int MOST_WAITING = 10_000;

  /** Calls that have ended may stay in the queue up to this many and as many as still wait. */
  private static final int SLACK = 64;

  private final TripleClientHandler handler;
  private final ConnectionFailures failures;
  private final Deque<TripleClientStream> queue = new ArrayDeque<>(0);
  private int waiting;
  private boolean standing;
  private boolean opening;

  StreamSlots(TripleClientHandler handler, ConnectionFailures failures) {
    this.handler = handler;
    this.failures = failures;
  }

  /** Opens a call now or later, or ends it if too many wait. */
  void open(TripleClientStream call) {
    if (standing && waiting == 0 && handler.canOpen()) {
      call.start();
    } else if (waiting >= MOST_WAITING) {
      call.end(failures.full());
    } else {
      waiting++;
      call.waiting = true;
      queue.add(call);
    }
  }

  /** The connection stands. */
  void stand() {
    standing = true;
  }

  /** There may be room: opens what waits. Whether anything was opened. */
  boolean fill() {
    if (opening || !standing || waiting == 0) {
      return false; // if opening, the loop below goes on
    }
    opening = true;
    try {
      while (handler.canOpen()) {
        TripleClientStream next = next();
        if (next == null) {
          break;
        }
        next.start();
      }
    } finally {
      opening = false;
    }
    return true;
  }

  /** A call that was waiting has ended. */
  void leave() {
    waiting--;
    if (queue.size() > 2 * waiting + SLACK) {
      queue.removeIf(TripleClientStream::isEnded);
    }
  }

  /** Ends all that wait. */
  void endAll(Status status) {
    for (TripleClientStream next = next(); next != null; next = next()) {
      next.end(status);
    }
  }

  private @Nullable TripleClientStream next() {
    for (TripleClientStream call = queue.poll(); call != null; call = queue.poll()) {
      if (!call.isEnded()) {
        waiting--;
        call.waiting = false;
        return call;
      }
    }
    return null;
  }
}
