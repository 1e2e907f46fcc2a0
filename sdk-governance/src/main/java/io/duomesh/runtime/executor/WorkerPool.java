package io.duomesh.runtime.executor;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads for calls: up to a number, made when they are needed, ended when they have been idle for
 * a while. Tasks that find none free wait in a bounded queue.
 *
 * <p>One thread is woken at a time, and wakes the next if more tasks wait when it takes its own: a
 * burst of short tasks is run by one or two threads, which costs few switches between them, while
 * tasks that block get a thread each as if every one had been handed over. The thread that went
 * idle last is woken first. For any number of threads; takes no lock.
 */
public final class WorkerPool implements Executor {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final int mostThreads;
  private final int mostTasks;
  private final ThreadFactory factory;
  private final long idleNanos;
  private final TaskQueue waiting;
  private final AtomicReference<@Nullable Idle> idle = new AtomicReference<>();
  private final AtomicInteger threads = new AtomicInteger();

  /** Tasks that wait or run. */
  private final AtomicInteger tasks = new AtomicInteger();

  /** Whether a thread was woken that has not looked for a task yet: it will wake the next. */
  private final AtomicBoolean waking = new AtomicBoolean();

  private volatile boolean ended;

  WorkerPool(int mostThreads, int mostWaiting, ThreadFactory factory) {
    this(mostThreads, mostWaiting, factory, IDLE_NANOS);
  }

  WorkerPool(int mostThreads, int mostWaiting, ThreadFactory factory, long idleNanos) {
    this.mostThreads = mostThreads;
    this.mostTasks = mostThreads + mostWaiting;
    this.factory = factory;
    this.idleNanos = idleNanos;
    this.waiting = new TaskQueue(mostTasks);
  }

  /**
   * Runs a task on one of the threads.
   *
   * @throws RejectedExecutionException if all threads are taken and the queue is full, or the pool
   *     has ended
   */
  @Override
  public void execute(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException("the threads have ended");
    }
    if (tasks.incrementAndGet() > mostTasks) {
      tasks.decrementAndGet();
      throw new RejectedExecutionException(
          "all " + mostThreads + " threads are taken and " + (mostTasks - mostThreads) + " wait");
    }
    waiting.add(task);
    wakeOne();
  }

  /** Takes no more tasks; the threads end when those that wait have run. */
  public void shutdown() {
    ended = true;
    for (Idle each = takeIdle(); each != null; each = takeIdle()) {
      LockSupport.unpark(each.thread);
    }
  }

  /** Threads that live now. */
  int threads() {
    return threads.get();
  }

  /** Sees to it that a waiting task is looked for, unless somebody is about to do that. */
  private void wakeOne() {
    while (!waiting.isEmpty() && !waking.get() && waking.compareAndSet(false, true)) {
      Idle next = takeIdle();
      if (next != null) {
        LockSupport.unpark(next.thread);
        return;
      }
      if (threads.get() < mostThreads && startThread()) {
        return;
      }
      waking.set(false);
      if (idle.get() == null) {
        return; // all are busy, and look for more when they are done
      }
    }
  }

  private boolean startThread() {
    if (threads.incrementAndGet() > mostThreads) {
      threads.decrementAndGet();
      return false;
    }
    try {
      factory.newThread(this::work).start();
      return true;
    } catch (OutOfMemoryError noMoreThreads) { // those that live do its work
      if (threads.decrementAndGet() > 0) {
        return false;
      }
      waking.set(false);
      throw noMoreThreads;
    }
  }

  private void work() {
    boolean woken = true;
    while (true) {
      Runnable task = waiting.poll();
      if (woken) {
        woken = false;
        waking.set(false);
        wakeOne();
      }
      if (task != null) {
        run(task);
      } else if (ended || !becomeIdle()) {
        break;
      } else {
        woken = true;
      }
    }
    threads.decrementAndGet();
    wakeOne(); // for a task that came when this one still counted
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable thrown) { // the thread goes on; whoever watches threads hears of it
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, thrown);
    } finally {
      tasks.decrementAndGet();
      Thread.interrupted(); // was meant for the task
    }
  }

  /** Waits to be woken; false if that did not happen for long. */
  private boolean becomeIdle() {
    Idle mine = new Idle(Thread.currentThread());
    do {
      mine.below = idle.get();
    } while (!idle.compareAndSet(mine.below, mine));
    wakeOne(); // for a task that came before this was seen to be idle
    if (ended) {
      mine.take();
      return true;
    }
    long end = System.nanoTime() + idleNanos;
    long left = idleNanos;
    while (mine.taken == 0) {
      if (left <= 0 && mine.take()) {
        return false;
      }
      LockSupport.parkNanos(this, Math.max(left, 1));
      left = end - System.nanoTime();
    }
    return true;
  }

  /** The thread that went idle last, which must be woken. */
  private @Nullable Idle takeIdle() {
    Idle top;
    while ((top = idle.get()) != null) {
      if (idle.compareAndSet(top, top.below) && top.take()) {
        return top;
      }
    }
    return null;
  }

  /** A thread that waits: an entry of a stack, made anew each time so that none comes twice. */
  private static final class Idle {
    private static final AtomicIntegerFieldUpdater<Idle> TAKEN =
        AtomicIntegerFieldUpdater.newUpdater(Idle.class, "taken");

    private final Thread thread;
    private @Nullable Idle below;
    private volatile int taken;

    Idle(Thread thread) {
      this.thread = thread;
    }

    /** Decides between who wakes it and its own giving up. */
    boolean take() {
      return TAKEN.compareAndSet(this, 0, 1);
    }
  }
}
