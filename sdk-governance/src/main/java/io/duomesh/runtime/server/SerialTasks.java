package io.duomesh.runtime.server;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs the tasks of one call on an executor with many threads, in order and one at a time. */
final class SerialTasks implements Executor, Runnable {
  private final Executor executor;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  SerialTasks(Executor executor) {
    this.executor = executor;
  }

  /**
   * Adds a task.
   *
   * @throws RejectedExecutionException if no thread is free; the tasks are kept, and run with the
   *     next one or by {@link #run}
   */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      executor.execute(this);
    }
  }

  /** Runs what waits. */
  @Override
  public void run() {
    do {
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      }
    } while (waiting.decrementAndGet() > 0);
  }
}
