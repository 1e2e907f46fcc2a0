package io.duomesh.runtime.server;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the tasks of an executor that has no bound of its own; the one too many is refused. */
final class LimitedExecutor extends AbstractExecutorService {
  private final ExecutorService delegate;
  private final Semaphore slots;

  LimitedExecutor(ExecutorService delegate, Semaphore slots) {
    this.delegate = delegate;
    this.slots = slots;
  }

  @Override
  public void execute(Runnable task) {
    if (!slots.tryAcquire()) {
      throw new RejectedExecutionException("all slots are taken");
    }
    try {
      delegate.execute(
          () -> {
            try {
              task.run();
            } finally {
              slots.release();
            }
          });
    } catch (RejectedExecutionException e) {
      slots.release();
      throw e;
    }
  }

  @Override
  public void shutdown() {
    delegate.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return delegate.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return delegate.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return delegate.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return delegate.awaitTermination(timeout, unit);
  }
}
