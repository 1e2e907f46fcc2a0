package io.duomesh.runtime.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TaskQueueTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 5000})
  void tasksComeOutInTheirOrderAlsoThoseBeyondTheSlots(int expected) {
    TaskQueue queue = new TaskQueue(expected);
    List<Runnable> tasks = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      tasks.clear();
      for (int i = 0; i < 3000; i++) {
        Runnable task = new Thread();
        tasks.add(task);
        queue.add(task);
      }
      assertFalse(queue.isEmpty());
      for (Runnable task : tasks) {
        assertSame(task, queue.poll());
      }
      assertNull(queue.poll());
      assertTrue(queue.isEmpty());
    }
  }

  /** Few slots, so that threads wrap around and overflow all the time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 64})
  void everyTaskComesOutOnceWhateverTheThreadsDo(int slots) throws Exception {
    int each = 50_000;
    TaskQueue queue = new TaskQueue(slots);
    AtomicInteger[] runs = new AtomicInteger[2 * each];
    AtomicInteger left = new AtomicInteger(runs.length);
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < 2; p++) {
      int from = p * each;
      threads.add(
          new Thread(
              () -> {
                for (int i = from; i < from + each; i++) {
                  AtomicInteger count = new AtomicInteger();
                  runs[i] = count;
                  queue.add(count::incrementAndGet);
                }
              }));
      threads.add(
          new Thread(
              () -> {
                while (left.get() > 0) {
                  Runnable task = queue.poll();
                  if (task == null) {
                    Thread.onSpinWait();
                  } else {
                    task.run();
                    left.decrementAndGet();
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    for (AtomicInteger count : runs) {
      assertEquals(1, count.get());
    }
    assertTrue(queue.isEmpty());
  }

  @Test
  void queueOfNothingIsEmpty() {
    TaskQueue queue = new TaskQueue(1);
    assertTrue(queue.isEmpty());
    assertNull(queue.poll());
  }
}
