package io.duomesh.examples.quickstart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Callers in the background, each with its next call as soon as the last has ended. Calls are
 * counted in the window in which they began.
 */
final class Load implements AutoCloseable {
  private static final int CALLERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Supplier<Receipt> call;
  private final List<Thread> callers = new ArrayList<>();
  private final Tally all = new Tally();
  private volatile Tally window = new Tally();
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

  /** Makes a number of calls and returns when all have ended. */
  static Tally of(int calls, Supplier<Receipt> call) {
    try (Load load = start(call)) {
      return load.next(calls);
    }
  }

  private void callOn() {
    while (!stopped) {
      Tally now = window;
      try {
        Receipt receipt = call.get();
        now.add(receipt);
        all.add(receipt);
      } catch (RuntimeException e) {
        now.addFailure(e);
        all.addFailure(e);
      }
    }
  }

  /**
   * A new window of at least so many calls.
   *
   * @throws StepFailed if they take too long
   */
  Tally next(int calls) {
    Tally begun = new Tally();
    window = begun;
    Wait.until(
        PATIENCE,
        () -> begun.calls() >= calls,
        () -> "only " + begun.calls() + " of " + calls + " calls ended in time");
    window = new Tally();
    return begun;
  }

  /** Fails if a call did, in whatever window. */
  void requireNoFailure(String when) {
    StepFailed.unless(
        all.failed() == 0,
        all.failed() + " calls failed " + when + "; the first said: " + all.firstFailure());
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
