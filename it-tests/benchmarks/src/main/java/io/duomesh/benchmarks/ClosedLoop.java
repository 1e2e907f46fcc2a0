package io.duomesh.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of calls in flight: each one's end starts the next, on the thread that ended it.
 */
final class ClosedLoop {
  private static final int MOST_DEPTH = 64;
  private static final int SAMPLES = 1 << 18;

  private final Peer.Caller caller;
  private final int inFlight;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger sampled = new AtomicInteger();
  private final long[] samples = new long[SAMPLES];
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  ClosedLoop(Peer.Caller caller, int inFlight) {
    this.caller = caller;
    this.inFlight = inFlight;
  }

  /** Puts the calls in flight. */
  void start() {
    for (int i = 0; i < inFlight; i++) {
      next(0);
    }
  }

  private void next(int depth) {
    long start = System.nanoTime();
    caller.call(
        (response, thrown) -> {
          if (thrown != null) {
            failure.compareAndSet(null, thrown);
            return;
          }
          calls.incrementAndGet();
          int at = sampled.getAndIncrement();
          if (at < SAMPLES) {
            samples[at] = System.nanoTime() - start;
          }
          next(Math.min(depth + 1, MOST_DEPTH));
        });
  }

  /** What happens in a span of time, as one line of numbers. */
  String measure(Duration span) throws InterruptedException {
    sampled.set(0);
    Usage before = Usage.now();
    long callsBefore = calls.get();
    long start = System.nanoTime();
    new CountDownLatch(1).await(span.toMillis(), TimeUnit.MILLISECONDS); // time is what is measured
    long nanos = System.nanoTime() - start;
    long done = calls.get() - callsBefore;
    Usage used = Usage.now().since(before);
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a call failed", failed);
    }
    long[] sorted = Arrays.copyOf(samples, Math.min(sampled.get(), SAMPLES));
    Arrays.sort(sorted);
    return String.join(
        " ",
        String.valueOf(done),
        String.valueOf(nanos),
        String.valueOf(used.cpuNanos()),
        String.valueOf(used.bytes()),
        String.valueOf(at(sorted, 0.5)),
        String.valueOf(at(sorted, 0.99)),
        String.valueOf(at(sorted, 0.999)));
  }

  private static long at(long[] sorted, double quantile) {
    return sorted.length == 0 ? 0 : sorted[(int) (quantile * (sorted.length - 1))];
  }
}
