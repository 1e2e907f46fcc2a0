package io.duomesh.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of calls in flight: each one's end starts the next, on the thread that ended it;
 * or as many threads that call and wait. Counts what was sent and what ended, so that a lost call
 * shows.
 */
final class ClosedLoop {
  private static final int WARM_CALLS = 100_000;
  private static final int WARM_IN_FLIGHT = 32;
  private static final int SETTLING_CALLS = 2_000;
  private static final int MOST_TIMES = 4;

  private final Peer.Caller caller;
  private final int inFlight;
  private final Histogram latencies = new Histogram();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicInteger surplus = new AtomicInteger(); // whose ends start no other
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  ClosedLoop(Peer.Caller caller, int inFlight) {
    this.caller = caller;
    this.inFlight = inFlight;
  }

  /** Puts the calls in flight. */
  void start() {
    start(inFlight);
  }

  private void start(int calls) {
    for (int i = 0; i < calls; i++) {
      if (caller.blocks()) {
        Thread thread = new Thread(this::callAndWait, "caller-" + i);
        thread.setDaemon(true);
        thread.start();
      } else {
        next();
      }
    }
  }

  private void callAndWait() {
    while (!isLast()) {
      next();
    }
  }

  private void next() {
    sent.incrementAndGet();
    long start = System.nanoTime();
    caller.call((echo, thrown) -> ended(start, thrown));
  }

  private void ended(long start, @Nullable Throwable thrown) {
    ended.incrementAndGet();
    if (thrown == null) {
      latencies.record(System.nanoTime() - start);
    } else {
      failed.incrementAndGet();
      failure.compareAndSet(null, thrown);
    }
    if (!caller.blocks() && !isLast()) {
      next();
    }
  }

  /** Whether the call that has ended is followed by none. */
  private boolean isLast() {
    return stopped || (surplus.get() > 0 && surplus.getAndDecrement() > 0);
  }

  /**
   * Lets calls run until this process has had so much CPU time and made {@value #WARM_CALLS} calls,
   * since that is what compilers need and a busy machine gives less of; some times as long at most.
   * At least {@value #WARM_IN_FLIGHT} are in flight meanwhile: one at a time makes too few.
   */
  void warm(long millis) throws InterruptedException {
    int more = Math.max(0, WARM_IN_FLIGHT - inFlight);
    start(more);
    long cpu = Usage.now().cpuNanos() + TimeUnit.MILLISECONDS.toNanos(millis);
    long end = System.nanoTime() + MOST_TIMES * TimeUnit.MILLISECONDS.toNanos(millis);
    while ((Usage.now().cpuNanos() < cpu || ended.get() < WARM_CALLS)
        && System.nanoTime() - end < 0) {
      new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
    surplus.set(more);
    await(ended.get() + SETTLING_CALLS);
  }

  /** Lets calls run for a while; what they took on this side. */
  Sample run(long millis) throws InterruptedException {
    latencies.clear();
    long endedBefore = ended.get();
    Usage before = Usage.now();
    long start = System.nanoTime();
    new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS); // time is what is measured
    long nanos = System.nanoTime() - start;
    long calls = ended.get() - endedBefore;
    Usage used = Usage.now().since(before);
    return new Sample(
        calls,
        nanos,
        used,
        latencies.quantile(0.5),
        latencies.quantile(0.99),
        latencies.quantile(0.999));
  }

  /** Starts no more calls and waits for those in flight; how many never ended. */
  long stop(long mostMillis) throws InterruptedException {
    stopped = true;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
    while (sent.get() != ended.get() && System.nanoTime() - end < 0) {
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
    return sent.get() - ended.get();
  }

  /** Waits until so many calls have ended, half a minute at most. */
  void await(long calls) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (ended.get() < calls && System.nanoTime() - end < 0) {
      new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
  }

  /** Calls that have ended. */
  long ended() {
    return ended.get();
  }

  /** Calls that ended with an error. */
  long failed() {
    return failed.get();
  }

  /** The first error; null for none. */
  @Nullable Throwable failure() {
    return failure.get();
  }

  /**
   * What a client saw.
   *
   * @param calls calls that ended in the time
   * @param nanos the time
   * @param used what its process used
   * @param p50 median latency in nanoseconds
   * @param p99 99th percentile
   * @param p999 99.9th percentile
   */
  record Sample(long calls, long nanos, Usage used, long p50, long p99, long p999) {}
}
