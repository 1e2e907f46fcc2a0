package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** Threads that call without a pause, and what came of it. */
final class Load implements AutoCloseable {
  private static final int SHOWN = 200;

  private final int threads;
  private final ExecutorService callers;
  private final AtomicInteger answered = new AtomicInteger();
  private final Map<String, LongAdder> failures = new ConcurrentSkipListMap<>();
  private volatile boolean over;

  Load(int threads) {
    this.threads = threads;
    this.callers = Executors.newFixedThreadPool(threads);
  }

  /** Starts to call. */
  void start(UnaryOperator<String> echo) {
    for (int i = 0; i < threads; i++) {
      callers.execute(() -> call(echo));
    }
  }

  private void call(UnaryOperator<String> echo) {
    while (!over) {
      try {
        assertTrue("x".equals(echo.apply("x")));
        answered.incrementAndGet();
      } catch (RuntimeException e) {
        String text = e.getClass().getSimpleName() + ": " + e.getMessage();
        String what = text.replaceAll("[0-9]+", "#");
        failures
            .computeIfAbsent(
                what.substring(0, Math.min(SHOWN, what.length())), x -> new LongAdder())
            .increment();
      }
    }
  }

  /** Waits until some more calls have been answered. */
  void goOn() {
    int before = answered.get();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(60))
        .until(() -> answered.get() > before + 200);
  }

  /** Stops calling and tells how it was. */
  long stop(String what) throws InterruptedException {
    over = true;
    callers.shutdown();
    assertTrue(callers.awaitTermination(60, TimeUnit.SECONDS));
    long failed = failures.values().stream().mapToLong(LongAdder::sum).sum();
    System.out.printf(
        "%s: %d calls answered, %d failed %s%n",
        what, answered.get(), failed, new TreeMap<>(failures));
    return failed;
  }

  @Override
  public void close() {
    over = true;
    callers.shutdownNow();
  }
}
