package io.duomesh.runtime.executor;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tasks on their way to threads, in order, from any thread to any thread: a ring, so that waiting
 * costs no entry object, and a linked queue for what a long one has no room for. Vyukov's bounded
 * queue: a slot's turn says who may use it next. Takes no lock and waits for nobody: where a slot
 * is between the two steps of another thread, the queue looks full, or empty for the moment.
 *
 * <p>Who adds a task and then sees to it that somebody polls loses none.
 */
final class TaskQueue {
  /**
   * Slots at most; beyond that a task costs an entry, which is little to one that waits so long.
   */
  private static final int MOST_SLOTS = 1024;

  private final int mask;
  private final AtomicReferenceArray<@Nullable Runnable> tasks;

  /** Position at which a slot can be filled; one more once it is filled. As ints, they wrap. */
  private final AtomicIntegerArray turns;

  private final AtomicLong head = new AtomicLong();
  private final AtomicLong tail = new AtomicLong();
  private final ConcurrentLinkedQueue<Runnable> more = new ConcurrentLinkedQueue<>();

  /** An empty queue with slots for about so many tasks. */
  TaskQueue(int tasks) {
    int slots = Integer.highestOneBit(Math.max(2, Math.min(tasks, MOST_SLOTS) * 2 - 1));
    this.mask = slots - 1;
    this.tasks = new AtomicReferenceArray<>(slots);
    this.turns = new AtomicIntegerArray(slots);
    for (int i = 0; i < slots; i++) {
      turns.setPlain(i, i);
    }
  }

  void add(Runnable task) {
    if (!more.isEmpty() || !offer(task)) {
      more.add(task); // until they are taken, so that none overtakes them
    }
  }

  private boolean offer(Runnable task) {
    while (true) {
      long at = tail.get();
      int slot = (int) at & mask;
      int late = turns.get(slot) - (int) at;
      if (late < 0) {
        return false;
      }
      if (late == 0 && tail.compareAndSet(at, at + 1)) {
        tasks.setPlain(slot, task);
        turns.set(slot, (int) at + 1); // volatile: who adds looks next at who is idle
        return true;
      }
    }
  }

  /** The next task; null if there is none. */
  @Nullable Runnable poll() {
    while (true) {
      long at = head.get();
      int slot = (int) at & mask;
      int late = turns.get(slot) - ((int) at + 1);
      if (late < 0) {
        return more.poll();
      }
      if (late == 0 && head.compareAndSet(at, at + 1)) {
        Runnable task = tasks.getPlain(slot);
        tasks.setPlain(slot, null);
        turns.setRelease(slot, (int) at + mask + 1);
        return task;
      }
    }
  }

  /** Whether nothing waits that could be taken now. */
  boolean isEmpty() {
    long at = head.get();
    return turns.get((int) at & mask) - ((int) at + 1) < 0 && more.isEmpty();
  }
}
