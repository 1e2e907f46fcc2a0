package io.duomesh.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.benchmarks.DuomeshPeer.Threads;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes that a call allocates on both sides together, over real sockets: they do not depend on how
 * busy the machine is, once the compilers are done. Each limit is 5 % above what was measured.
 */
class BytesPerCallTest {
  private static final int CALLS_PER_LOOK = 5_000;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

  @ParameterizedTest
  @CsvSource({
    "BYTES,    EVENT_LOOP, 3500",
    "BYTES,    EXECUTOR,   3600",
    "STRING,   EVENT_LOOP, 3600",
    "STRING,   EXECUTOR,   3700",
    "PROTOBUF, EVENT_LOOP, 10500"
  })
  @Timeout(120)
  void callsAllocateNoMoreThan(Payload payload, Threads threads, double most) throws Exception {
    Load load = new Load(payload, 1, 32);
    try (DuomeshPeer.Ends ends = new DuomeshPeer(threads).open(load)) {
      assertAllocates(ends, load, most);
    }
  }

  @Test
  @Timeout(120)
  void callsThroughAProxyAllocateNoMoreThan() throws Exception {
    Load load = new Load(Payload.BYTES, 1, 32);
    try (DuomeshPeer.Ends ends = new DuomeshPeer(Threads.EVENT_LOOP).openProxied(load)) {
      assertAllocates(ends, load, 7_600);
    }
  }

  private static void assertAllocates(DuomeshPeer.Ends ends, Load load, double most)
      throws Exception {
    ClosedLoop loop = new ClosedLoop(ends.caller(), load.inFlight());
    loop.start();
    double least = Double.MAX_VALUE;
    long end = System.nanoTime() + MOST_NANOS;
    while (least > most && System.nanoTime() - end < 0) {
      least = Math.min(least, bytesPerCall(loop));
    }
    assertEquals(0, loop.stop(10_000), "calls that never ended");
    assertEquals(0, loop.failed(), () -> "first failure: " + loop.failure());
    assertTrue(least <= most, least + " bytes per call (expected: at most " + most + ")");
  }

  private static double bytesPerCall(ClosedLoop loop) throws InterruptedException {
    long calls = loop.ended();
    Usage before = Usage.now();
    loop.await(calls + CALLS_PER_LOOK);
    return (double) Usage.now().since(before).bytes() / (loop.ended() - calls);
  }
}
