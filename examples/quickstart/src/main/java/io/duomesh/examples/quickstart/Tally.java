package io.duomesh.examples.quickstart;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts a number of calls by who served them. Safe for use by many threads. */
final class Tally {
  private final AtomicLong places;
  private final Map<ServedBy, LongAdder> served = new ConcurrentHashMap<>();
  private final LongAdder failed = new LongAdder();
  private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

  /** Counts so many calls. */
  Tally(long calls) {
    places = new AtomicLong(calls);
  }

  /** Takes a place for a call that begins; false if all are taken. */
  boolean enter() {
    return places.get() > 0 && places.getAndDecrement() > 0;
  }

  /**
   * Who served a call.
   *
   * @param port the instance's port
   * @param protocol what the call came over
   */
  record ServedBy(int port, String protocol) {}

  void add(Receipt receipt) {
    served
        .computeIfAbsent(new ServedBy(receipt.port(), receipt.protocol()), by -> new LongAdder())
        .increment();
  }

  void addFailure(RuntimeException failure) {
    failed.increment();
    firstFailure.compareAndSet(null, String.valueOf(failure.getMessage()));
  }

  long calls() {
    return succeeded() + failed();
  }

  long succeeded() {
    return served.values().stream().mapToLong(LongAdder::sum).sum();
  }

  long failed() {
    return failed.sum();
  }

  /** What the first failed call said; null where none failed. */
  @Nullable String firstFailure() {
    return firstFailure.get();
  }

  /** Successful calls by what a label says of who served them. */
  Map<String, Long> by(Function<ServedBy, String> label) {
    Map<String, Long> counts = new TreeMap<>();
    served.forEach((by, count) -> counts.merge(label.apply(by), count.sum(), Long::sum));
    return counts;
  }

  /** Fails if a call did. */
  void requireNoFailure() {
    StepFailed.unless(
        failed() == 0,
        failed() + " of " + calls() + " calls failed; the first said: " + firstFailure());
  }
}
