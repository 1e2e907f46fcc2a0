package io.duomesh.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {
  private final AtomicInteger timers = new AtomicInteger();
  private final EventLoop loop =
      new DefaultEventLoop() {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
          timers.incrementAndGet();
          return super.schedule(task, delay, unit);
        }
      };

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return loop.submit(task).get(10, TimeUnit.SECONDS);
  }

  @Test
  void noDeadlineFiresEarly() throws Exception {
    int count = 2000;
    CountDownLatch fired = new CountDownLatch(count);
    AtomicInteger early = new AtomicInteger();
    Random random = new Random(1);
    onLoop(
        () -> {
          DeadlineWheel wheel = DeadlineWheel.of(loop);
          for (int i = 0; i < count; i++) {
            // some are over already
            long at =
                System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(random.nextInt(300_000) - 20_000);
            wheel.add(
                at,
                () -> {
                  if (System.nanoTime() - at < 0) {
                    early.incrementAndGet();
                  }
                  fired.countDown();
                });
          }
          return wheel.size();
        });
    assertTrue(fired.await(30, TimeUnit.SECONDS));
    assertEquals(0, early.get());
    assertEquals(0, onLoop(() -> DeadlineWheel.of(loop).size()));
  }

  @Test
  void aDeadlineBeyondOneTurnWaitsForItsOwn() throws Exception {
    CompletableFuture<Long> late = new CompletableFuture<>();
    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5_130); // one turn is 5,120 ms
    onLoop(() -> DeadlineWheel.of(loop).add(at, () -> late.complete(System.nanoTime() - at)));
    assertTrue(late.get(30, TimeUnit.SECONDS) >= 0);
  }

  @Test
  void whatIsCancelledDoesNotFireAndItsEntryServesAnother() throws Exception {
    List<Integer> fired = new ArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    onLoop(
        () -> {
          DeadlineWheel wheel = DeadlineWheel.of(loop);
          long now = System.nanoTime();
          int[] entries = new int[300];
          for (int i = 0; i < 300; i++) {
            int call = i;
            entries[i] = wheel.add(now + TimeUnit.MILLISECONDS.toNanos(20), () -> fired.add(call));
          }
          for (int i = 0; i < 300; i++) {
            if (i % 3 != 0) {
              wheel.cancel(entries[i]);
            }
          }
          assertEquals(100, wheel.size());
          for (int i = 300; i < 400; i++) {
            int call = 3 * i;
            wheel.add(now + TimeUnit.MILLISECONDS.toNanos(30), () -> fired.add(call));
          }
          return wheel.add(now + TimeUnit.MILLISECONDS.toNanos(200), last::countDown);
        });
    assertTrue(last.await(30, TimeUnit.SECONDS));
    assertEquals(
        200, onLoop(() -> (int) fired.stream().filter(call -> call % 3 == 0).distinct().count()));
    assertEquals(200, onLoop(fired::size));
  }

  @Test
  void anExpiringCallMayCancelAndAddOthersOfItsTick() throws Exception {
    CountDownLatch added = new CountDownLatch(1);
    AtomicInteger fired = new AtomicInteger();
    onLoop(
        () -> {
          DeadlineWheel wheel = DeadlineWheel.of(loop);
          long at = System.nanoTime();
          int[] entries = new int[2];
          for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            entries[i] =
                wheel.add(
                    at,
                    () -> {
                      fired.incrementAndGet();
                      wheel.cancel(entries[other]);
                      wheel.add(at, added::countDown);
                    });
          }
          return null;
        });
    assertTrue(added.await(30, TimeUnit.SECONDS));
    assertEquals(1, onLoop(fired::get));
  }

  @Test
  void aFailingCallHoldsUpNoOther() throws Exception {
    CountDownLatch fired = new CountDownLatch(2);
    onLoop(
        () -> {
          DeadlineWheel wheel = DeadlineWheel.of(loop);
          long at = System.nanoTime();
          wheel.add(at, fired::countDown);
          wheel.add(
              at,
              () -> {
                throw new IllegalStateException("thrown by the test");
              });
          return wheel.add(at, fired::countDown);
        });
    assertTrue(fired.await(30, TimeUnit.SECONDS));
  }

  @Test
  void theLoopIsWokenForTheFirstDeadlineAndNotForEachTick() throws Exception {
    CountDownLatch fired = new CountDownLatch(1);
    long now = System.nanoTime();
    onLoop(
        () -> {
          DeadlineWheel wheel = DeadlineWheel.of(loop);
          wheel.add(now + TimeUnit.MILLISECONDS.toNanos(300), fired::countDown);
          for (int i = 0; i < 100; i++) {
            wheel.cancel(wheel.add(now + TimeUnit.SECONDS.toNanos(3), fired::countDown));
          }
          return null;
        });
    assertTrue(fired.await(30, TimeUnit.SECONDS));
    assertEquals(0, onLoop(() -> DeadlineWheel.of(loop).size()));
    assertEquals(1, timers.get());
  }

  @Test
  void anEarlierDeadlineDoesNotWaitForALaterOne() throws Exception {
    CountDownLatch fired = new CountDownLatch(1);
    AtomicInteger others = new AtomicInteger();
    long now = System.nanoTime();
    onLoop(
        () ->
            DeadlineWheel.of(loop).add(now + TimeUnit.MINUTES.toNanos(5), others::incrementAndGet));
    onLoop(
        () ->
            DeadlineWheel.of(loop)
                .add(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30), fired::countDown));
    assertTrue(fired.await(3, TimeUnit.SECONDS)); // the other's list is looked at after 5 s
    assertEquals(1, onLoop(() -> DeadlineWheel.of(loop).size()));
  }

  @Test
  void deadlinesOfAllLengthsFireAsTheyCome() throws Exception {
    int count = 500;
    List<Long> lateness = new ArrayList<>();
    CountDownLatch fired = new CountDownLatch(count);
    Random random = new Random(2);
    for (int i = 0; i < count; i++) { // each in a task of its own: the wheel turns between them
      long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(600) - 5);
      onLoop(
          () ->
              DeadlineWheel.of(loop)
                  .add(
                      at,
                      () -> {
                        lateness.add(System.nanoTime() - at);
                        fired.countDown();
                      }));
    }
    assertTrue(fired.await(30, TimeUnit.SECONDS));
    assertEquals(0, onLoop(() -> lateness.stream().filter(late -> late < 0).count()));
    assertEquals(0, onLoop(() -> DeadlineWheel.of(loop).size()));
  }
}
