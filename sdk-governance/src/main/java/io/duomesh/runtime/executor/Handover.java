package io.duomesh.runtime.executor;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Hands an outcome to an executor that may do anything: refuse, throw, or run it and throw. It runs
 * once, here if not there, so that no executor can lose a call.
 */
public final class Handover extends AtomicBoolean implements Runnable {
  private static final long serialVersionUID = 1L;

  private final transient Runnable outcome;

  private Handover(Runnable outcome) {
    this.outcome = outcome;
  }

  /** Runs a task on an executor, or here where there is none or it fails. */
  public static void run(@Nullable Executor executor, Runnable outcome) {
    if (executor == null) {
      outcome.run();
      return;
    }
    Handover once = new Handover(outcome);
    try {
      executor.execute(once);
    } catch (RuntimeException | Error refused) {
      once.run();
    }
  }

  @Override
  public void run() {
    if (compareAndSet(false, true)) {
      outcome.run();
    }
  }
}
