package io.duomesh.transport.bolt;

import io.duomesh.transport.Transports;
import io.netty.channel.Channel;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often peers sent what is wrong, over all Bolt connections of a runtime, and the log's guard:
 * each kind is logged once in ten seconds at most, with how often it came since. Safe for use by
 * many threads.
 */
public final class BoltCounters implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BoltCounters.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongAdder[] counts = new LongAdder[BadInput.values().length];
  private final AtomicLongArray unsaid = new AtomicLongArray(counts.length);
  private final AtomicLong[] sayAgain = new AtomicLong[counts.length];

  BoltCounters() {
    long now = System.nanoTime();
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
      sayAgain[i] = new AtomicLong(now);
    }
  }

  /** The counters of a runtime's connections. */
  public static BoltCounters of(Transports transports) {
    return transports.shared(BoltCounters.class, options -> new BoltCounters());
  }

  /** What came and how often, by name; what never came is left out. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    for (BadInput what : BadInput.values()) {
      if (count(what) > 0) {
        all.put(what.toString(), count(what));
      }
    }
    return all;
  }

  long count(BadInput what) {
    return counts[what.ordinal()].sum();
  }

  /** Counts without a word. */
  void add(BadInput what) {
    counts[what.ordinal()].increment();
  }

  /**
   * Counts, and logs unless that was done a moment ago.
   *
   * @param detail what was wrong and what follows, for a person
   */
  void report(BadInput what, Channel channel, String detail) {
    add(what);
    int kind = what.ordinal();
    long now = System.nanoTime();
    long due = sayAgain[kind].get();
    if (now - due >= 0 && sayAgain[kind].compareAndSet(due, now + INTERVAL_NANOS)) {
      long before = unsaid.getAndSet(kind, 0);
      LOG.warn(
          "{}: {}{}",
          channel.remoteAddress(),
          detail,
          before == 0 ? "" : " (and " + before + " like it before)");
    } else {
      unsaid.incrementAndGet(kind);
    }
  }

  @Override
  public void close() {}
}
