package io.duomesh.examples.quickstart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Callers in the background, each with its next call as soon as the last has ended. {@link #next}
 * counts a number of calls that begin from now on; the others are counted apart.
 */
final class Load implements AutoCloseable {
  private static final int CALLERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Supplier<Receipt> call;
  private final List<Thread> callers = new ArrayList<>();
  private final Tally others = new Tally(Long.MAX_VALUE);
  private volatile @Nullable Tally counted;
  private volatile boolean stopped;

  private Load(Supplier<Receipt> call) {
    this.call = call;
  }

  /** Starts calling. */
  static Load start(Supplier<Receipt> call) {
    Load load = new Load(call);
    for (int i = 0; i < CALLERS; i++) {
      Thread caller = new Thread(load::callOn, "caller-" + i);
      caller.setDaemon(true);
      load.callers.add(caller);
      caller.start();
    }
    return load;
  }

  /** Makes a number of calls, and counts them. */
  static Tally of(int calls, Supplier<Receipt> call) {
    try (Load load = start(call)) {
      return load.next(calls);
    }
  }

  private void callOn() {
    while (!stopped) {
      Tally next = counted;
      Tally tally = next != null && next.enter() ? next : others;
      try {
        tally.add(call.get());
      } catch (RuntimeException e) {
        tally.addFailure(e);
      }
    }
  }

  /**
   * Counts calls that begin from now on.
   *
   * @throws StepFailed if they take too long
   */
  Tally next(int calls) {
    Tally tally = new Tally(calls);
    counted = tally;
    Wait.until(
        PATIENCE,
        () -> tally.calls() == calls,
        () -> "only " + tally.calls() + " of " + calls + " calls ended in time");
    return tally;
  }

  /** Fails if a call between those counted did. */
  void requireNoFailure() {
    others.requireNoFailure();
  }

  /** Stops calling and waits for the calls in flight. */
  @Override
  public void close() {
    stopped = true;
    for (Thread caller : callers) {
      try {
        caller.join(PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
