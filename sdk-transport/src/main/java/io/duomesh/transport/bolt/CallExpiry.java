package io.duomesh.transport.bolt;

import io.duomesh.Deadline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Looks for calls whose time is up, with one timer per connection instead of one per call: set for
 * the earliest deadline, it looks through all calls and is set anew. Owned by an event loop.
 */
final class CallExpiry {
  private final long step;
  private final LongUnaryOperator expire;
  private @Nullable ScheduledFuture<?> timer;
  private long timerAt;
  private boolean stopped;

  /**
   * An expiry without a timer.
   *
   * @param step least nanoseconds between two looks
   * @param expire ends what is over at the given time; returns the next deadline, 0 for none
   */
  CallExpiry(long step, LongUnaryOperator expire) {
    this.step = step;
    this.expire = expire;
  }

  /** Looks at the deadline at the latest, a step late at most. */
  void watch(EventLoop loop, Deadline deadline) {
    if (!deadline.isNone() && (timer == null || deadline.nanoTime() - timerAt < 0)) {
      set(loop, deadline.nanoTime(), System.nanoTime());
    }
  }

  private void set(EventLoop loop, long at, long now) {
    if (stopped) {
      return;
    }
    if (timer != null) {
      timer.cancel(false);
    }
    timerAt = at;
    timer = loop.schedule(() -> look(loop), Math.max(0, at - now), TimeUnit.NANOSECONDS);
  }

  private void look(EventLoop loop) {
    timer = null;
    long now = System.nanoTime();
    long next = expire.applyAsLong(now);
    if (next != 0 && (timer == null || next - timerAt < 0)) {
      set(loop, next - now < step ? now + step : next, now);
    }
  }

  /** Looks no more. */
  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
