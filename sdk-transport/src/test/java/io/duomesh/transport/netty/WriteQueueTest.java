package io.duomesh.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
  private static final class Recorded extends WriteQueue.Command {
    final Runnable onRun;
    final Runnable onReject;

    Recorded(Runnable onRun, Runnable onReject) {
      this.onRun = onRun;
      this.onReject = onReject;
    }

    @Override
    protected int bytes() {
      return 100;
    }

    @Override
    protected void run(Channel channel) {
      onRun.run();
    }

    @Override
    protected void reject() {
      onReject.run();
    }
  }

  private static Channel registered(EventLoopGroup group) throws Exception {
    LocalChannel channel = new LocalChannel();
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
    group.register(channel).sync();
    return channel;
  }

  @Test
  void everyCommandOfManyProducersRunsOnceInItsProducersOrder() throws Exception {
    EventLoopGroup group = new DefaultEventLoopGroup(1);
    int producers = 4;
    int each = 50_000;
    try {
      WriteQueue queue = new WriteQueue(registered(group), 1 << 20);
      int[] next = new int[producers]; // the loop's
      AtomicInteger outOfOrder = new AtomicInteger();
      CountDownLatch ran = new CountDownLatch(producers * each);
      List<Thread> threads = new ArrayList<>();
      for (int p = 0; p < producers; p++) {
        int producer = p;
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    int number = i;
                    queue.add(
                        new Recorded(
                            () -> {
                              if (next[producer]++ != number) {
                                outOfOrder.incrementAndGet();
                              }
                              ran.countDown();
                            },
                            () -> {}));
                  }
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertTrue(ran.await(20, TimeUnit.SECONDS), "left: " + ran.getCount());
      assertEquals(0, outOfOrder.get());
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @Test
  void commandsAfterTheLoopHasEndedAreRejectedOnce() throws Exception {
    EventLoopGroup group = new DefaultEventLoopGroup(1);
    WriteQueue queue = new WriteQueue(registered(group), 1 << 20);
    assertTrue(group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS));
    AtomicInteger rejected = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      queue.add(new Recorded(ran::incrementAndGet, rejected::incrementAndGet));
    }
    assertEquals(3, rejected.get());
    assertEquals(0, ran.get());
  }

  @Test
  void bytesThatWaitMakeItNotReadyAndThenFull() {
    EmbeddedChannel channel = new EmbeddedChannel();
    WriteQueue queue = new WriteQueue(channel, 150);
    assertTrue(queue.isReady());
    for (int i = 0; i < 2; i++) {
      queue.add(new Recorded(() -> {}, () -> {}));
    }
    assertTrue(!queue.isReady() && !queue.isFull());
    for (int i = 0; i < 4; i++) {
      queue.add(new Recorded(() -> {}, () -> {}));
    }
    assertTrue(queue.isFull());
    channel.runPendingTasks();
    assertTrue(queue.isReady() && !queue.isFull());
    channel.finishAndReleaseAll();
  }

  @Test
  void writesOfTheLoopWithinAReadShareOneFlush() {
    AtomicInteger flushes = new AtomicInteger();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new io.netty.channel.ChannelOutboundHandlerAdapter() {
              @Override
              public void flush(io.netty.channel.ChannelHandlerContext context) {
                flushes.incrementAndGet();
                context.flush();
              }
            });
    WriteQueue queue = new WriteQueue(channel, 1 << 20);
    AtomicInteger ran = new AtomicInteger();
    queue.readStarted();
    queue.add(new Recorded(ran::incrementAndGet, () -> {}));
    queue.add(new Recorded(ran::incrementAndGet, () -> {}));
    assertEquals(2, ran.get());
    assertEquals(0, flushes.get());
    queue.readCompleted();
    assertEquals(1, flushes.get());
    channel.finishAndReleaseAll();
  }
}
