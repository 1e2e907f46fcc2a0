package io.duomesh.runtime.executor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger done = new AtomicInteger();
  private WorkerPool pool = pool(4, 1000);

  private static WorkerPool pool(int threads, int waiting) {
    return new WorkerPool(threads, waiting, CallExecutors.named("test"));
  }

  @AfterEach
  void end() {
    released.countDown();
    pool.shutdown();
  }

  private void block() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    done.incrementAndGet();
  }

  @Test
  void asManyTasksBlockAtOnceAsThereAreThreads() throws Exception {
    CyclicBarrier allAtOnce = new CyclicBarrier(5);
    for (int i = 0; i < 4; i++) {
      pool.execute(
          () -> {
            try {
              allAtOnce.await();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
    allAtOnce.await(30, TimeUnit.SECONDS);
    assertEquals(4, pool.threads());
  }

  @Test
  void taskBehindOnesThatBlockGetsAThreadOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      pool.execute(this::block);
    }
    pool.execute(done::incrementAndGet);
    await().atMost(SOON).until(() -> done.get() == 1);
  }

  @Test
  void taskBeyondThreadsAndQueueIsRefusedAndLaterOnesAreNot() {
    pool = pool(2, 3);
    for (int i = 0; i < 5; i++) {
      pool.execute(this::block);
    }
    assertThrows(RejectedExecutionException.class, () -> pool.execute(this::block));
    released.countDown();
    await().atMost(SOON).until(() -> done.get() == 5);
    pool.execute(done::incrementAndGet);
    await().atMost(SOON).until(() -> done.get() == 6);
  }

  @Test
  void idleThreadsEndAndNewOnesComeWhenTheyAreNeeded() {
    pool = new WorkerPool(4, 10, CallExecutors.named("test"), 1_000_000);
    pool.execute(done::incrementAndGet);
    await().atMost(SOON).until(() -> done.get() == 1 && pool.threads() == 0);
    pool.execute(done::incrementAndGet);
    await().atMost(SOON).until(() -> done.get() == 2);
  }

  @Test
  void taskThatThrowsOrInterruptsDoesNotHarmTheNext() {
    pool = pool(1, 10);
    pool.execute(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((t, e) -> done.incrementAndGet());
          Thread.currentThread().interrupt();
          throw new IllegalStateException("on purpose");
        });
    pool.execute(() -> done.addAndGet(Thread.currentThread().isInterrupted() ? 100 : 10));
    await().atMost(SOON).until(() -> done.get() > 1);
    assertEquals(11, done.get());
  }

  @Test
  void tasksThatWaitedRunAfterShutdownAndNewOnesAreRefused() {
    pool = pool(1, 10);
    for (int i = 0; i < 5; i++) {
      pool.execute(this::block);
    }
    pool.shutdown();
    assertThrows(RejectedExecutionException.class, () -> pool.execute(this::block));
    released.countDown();
    await().atMost(SOON).until(() -> done.get() == 5 && pool.threads() == 0);
  }

  /** Threads time out, block and race for tasks all the time; none may be forgotten. */
  @RepeatedTest(3)
  void everyTaskRunsWhateverTheThreadsDo() throws Exception {
    pool = new WorkerPool(8, 100_000, CallExecutors.named("test"), 20_000);
    List<Thread> producers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread producer = new Thread(this::produce);
      producer.start();
      producers.add(producer);
    }
    for (Thread producer : producers) {
      producer.join();
    }
    await().atMost(SOON).until(() -> done.get() == 40_000);
  }

  private void produce() {
    for (int i = 0; i < 10_000; i++) {
      boolean slow = i % 97 == 0;
      pool.execute(
          () -> {
            if (slow) {
              LockSupport.parkNanos(50_000);
            }
            done.incrementAndGet();
          });
      if (ThreadLocalRandom.current().nextInt(200) == 0) {
        LockSupport.parkNanos(30_000); // lets the threads fall idle
      }
    }
  }

  @Test
  void burstOfShortTasksTakesFewThreads() {
    pool = pool(100, 10_000);
    pool.execute(this::block);
    await().atMost(SOON).until(() -> pool.threads() == 1);
    released.countDown();
    await().atMost(SOON).until(() -> done.get() == 1);
    for (int i = 0; i < 1000; i++) {
      pool.execute(done::incrementAndGet);
    }
    await().atMost(SOON).until(() -> done.get() == 1001);
    assertTrue(pool.threads() < 50, "threads: " + pool.threads());
    assertFalse(pool.threads() == 0);
  }
}
