package io.duomesh.examples.quickstart;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits with a bound. */
final class Wait {
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Wait() {}

  /**
   * Returns when the condition holds.
   *
   * @throws StepFailed if it does not in time
   */
  static void until(Duration limit, BooleanSupplier condition, Supplier<String> otherwise) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new StepFailed(otherwise.get());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
