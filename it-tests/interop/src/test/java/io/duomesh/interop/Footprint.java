package io.duomesh.interop;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What this process holds.
 *
 * @param heap bytes that are alive
 * @param threads threads that run
 * @param files open files and sockets; -1 where the platform does not tell
 * @param buffers bytes of Netty's pool that somebody has taken and not given back
 */
record Footprint(long heap, int threads, long files, long buffers) {
  private static final int COLLECTIONS = 2;

  /** What is more than before, and nevertheless no leak: caches of threads, compiled code. */
  private static final Footprint TOLERATED = new Footprint(3L << 20, 4, 4, 64 << 10);

  /** After the garbage is gone. */
  static Footprint now() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return new Footprint(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getOpenFileDescriptorCount()
            : -1,
        takenBuffers());
  }

  private static long takenBuffers() {
    PooledByteBufAllocator pool = PooledByteBufAllocator.DEFAULT;
    return Stream.of(pool.metric().directArenas(), pool.metric().heapArenas())
        .flatMap(List::stream)
        .mapToLong(PoolArenaMetric::numActiveBytes)
        .sum();
  }

  private boolean isBackTo(Footprint before) {
    return heap <= before.heap + TOLERATED.heap
        && threads <= before.threads + TOLERATED.threads
        && files <= before.files + TOLERATED.files
        && buffers <= before.buffers + TOLERATED.buffers;
  }

  /** Waits until the process holds no more than before, but for a little. */
  static void awaitBackTo(Footprint before, String what) {
    Footprint[] last = new Footprint[1];
    try {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                last[0] = now();
                return last[0].isBackTo(before);
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(what + ": before " + before + ", after " + last[0], e);
    }
    System.out.println(what + ": before " + before + ", after " + last[0]);
  }
}
