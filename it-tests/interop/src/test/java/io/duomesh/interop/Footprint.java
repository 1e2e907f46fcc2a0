package io.duomesh.interop;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What this process holds.
 *
 * @param heap bytes that are alive, without those that Netty's pool has taken in large pieces
 * @param threads threads that run
 * @param files open files and sockets; -1 where the platform does not tell
 * @param buffers of Netty's pool that somebody has, or that threads keep for the next one
 */
record Footprint(long heap, int threads, long files, long buffers) {
  private static final int COLLECTIONS = 2;
  private static final int SHOWN = 40;

  /** What is more than before, and nevertheless no leak: caches of threads, compiled code. */
  private static final Footprint TOLERATED = new Footprint(3L << 20, 4, 4, 500);

  /** After the garbage is gone. */
  static Footprint now() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    long pooled =
        PooledByteBufAllocator.DEFAULT.metric().heapArenas().stream()
            .mapToLong(PoolArenaMetric::numActiveBytes)
            .sum();
    return new Footprint(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() - pooled,
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
        .mapToLong(PoolArenaMetric::numActiveAllocations)
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
      throw new AssertionError(
          what + ": before " + before + ", after " + last[0] + '\n' + largestClasses(), e);
    }
    System.out.println(what + ": before " + before + ", after " + last[0]);
  }

  /** What the heap is full of. */
  private static String largestClasses() {
    try {
      String histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
      return histogram.lines().limit(SHOWN).collect(Collectors.joining("\n"));
    } catch (JMException e) {
      return e.toString();
    }
  }
}
