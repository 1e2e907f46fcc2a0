package io.duomesh.transport.netty;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a line that peers can provoke from filling the log: it is written once in ten seconds, with
 * how often it was left out. Safe for use by many threads.
 */
public final class Seldom {
  private final long intervalNanos;
  private final LongAdder leftOut = new LongAdder();
  private final AtomicLong due = new AtomicLong(System.nanoTime());

  /** A line that was never written. */
  public Seldom() {
    this(TimeUnit.SECONDS.toNanos(10));
  }

  Seldom(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  /**
   * The end of the line that is to be written now, empty if none was left out; null if it was
   * written a moment ago.
   */
  public @Nullable String end() {
    long now = System.nanoTime();
    long then = due.get();
    if (now - then < 0 || !due.compareAndSet(then, now + intervalNanos)) {
      leftOut.increment();
      return null;
    }
    long before = leftOut.sumThenReset();
    return before == 0 ? "" : " (and " + before + " like it before)";
  }
}
