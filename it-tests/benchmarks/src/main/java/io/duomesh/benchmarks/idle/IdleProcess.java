package io.duomesh.benchmarks.idle;

import io.duomesh.benchmarks.Usage;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One side's process. Arguments: peer, first and longest silence before a heartbeat. Obeys lines:
 * {@code serve}, {@code connect PORT COUNT}, {@code memory}, {@code usage}; answers each with
 * numbers.
 */
final class IdleProcess {
  private static final int MOST_COLLECTIONS = 8;
  private static final Cleaner CLEANER = Cleaner.create();

  private IdleProcess() {}

  public static void main(String[] arguments) throws Exception {
    IdlePeer peer =
        arguments[0].equals("sofabolt")
            ? new SofaBoltIdle()
            : new DuomeshIdle(arguments[1], arguments[2]);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      System.out.println("> " + answer(peer, words));
    }
    Runtime.getRuntime().halt(0);
  }

  private static String answer(IdlePeer peer, String[] words) throws Exception {
    return switch (words[0]) {
      case "serve" -> String.valueOf(peer.serve());
      case "connect" -> {
        peer.connect(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        yield "1";
      }
      case "memory" -> heap() + " " + direct();
      default -> Usage.now().cpuNanos() + " " + peer.heartbeats() + " " + peer.lost();
    };
  }

  /** The heap in use when a collection frees no more of it. */
  private static long heap() throws InterruptedException {
    long least = Long.MAX_VALUE;
    long used = collect();
    for (int i = 0; i < MOST_COLLECTIONS && used < least; i++) {
      least = used;
      used = collect();
    }
    return Math.min(least, used);
  }

  /** The heap in use after a collection whose references have been dealt with. */
  private static long collect() throws InterruptedException {
    CountDownLatch cleaned = new CountDownLatch(1);
    CLEANER.register(new Object(), cleaned::countDown);
    System.gc();
    if (!cleaned.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("System.gc() has collected nothing for 30 s");
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Of Netty's default allocator, which both use, and of the JDK's buffers. */
  private static long direct() {
    long bytes = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        bytes += pool.getMemoryUsed();
      }
    }
    return bytes;
  }
}
