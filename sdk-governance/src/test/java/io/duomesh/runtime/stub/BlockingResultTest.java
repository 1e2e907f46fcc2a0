package io.duomesh.runtime.stub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a waiting caller does with what it is handed, and says when it waits no longer. */
class BlockingResultTest {
  private static final int TIMES = 3_000;
  private static final MethodDescriptor METHOD =
      MethodDescriptor.of(
          ServiceName.of("demo.Slow"),
          "wait",
          MethodDescriptor.Type.UNARY,
          PayloadShape.Arguments.generic(List.of()));

  /** Ends at once when it is cancelled, as a call does that was never sent. */
  private record Unsent(Listener listener) implements ClientCall {
    @Override
    public void start(Listener unused) {}

    @Override
    public void request(int messages) {}

    @Override
    public void send(Object message) {}

    @Override
    public void halfClose() {}

    @Override
    public void cancel(@Nullable String reason) {
      listener.onClose(Status.local(Code.CANCELLED, "cancelled by the caller"), Metadata.EMPTY);
    }

    @Override
    public boolean isReady() {
      return false;
    }
  }

  private static Status failure(BlockingResult result) {
    return assertThrows(
            RpcException.class, () -> result.await(new Unsent(result), List.of(), false))
        .status();
  }

  @Test
  void callWhoseOwnEndIsOverdueEndsByItsDeadline() {
    Deadline longAgo = Deadline.afterNanos(-10_000_000_000L);
    assertEquals(Code.DEADLINE_EXCEEDED, failure(new BlockingResult(METHOD, longAgo)).code());
  }

  @Test
  void interruptedWaiterSaysSo() {
    Thread.currentThread().interrupt();
    Status status = failure(new BlockingResult(METHOD, Deadline.NONE));
    assertTrue(Thread.interrupted());
    assertEquals(Code.CANCELLED, status.code());
    assertTrue(status.message().contains("interrupted"), status::toString);
  }

  @Test
  void outcomeThatCameCounts() throws Throwable {
    BlockingResult result = new BlockingResult(METHOD, Deadline.afterNanos(-10_000_000_000L));
    Thread other =
        new Thread(
            () ->
                result.execute(
                    () -> {
                      result.onMessage("x");
                      result.onClose(Status.OK, Metadata.EMPTY);
                    }));
    other.start();
    other.join();
    assertEquals("x", result.await(new Unsent(result), List.of(), false));
  }

  @Test
  void twoThatHandOverAtOnceDropNothing() throws Exception {
    AtomicReferenceArray<BlockingResult> results = new AtomicReferenceArray<>(TIMES);
    AtomicIntegerArray ran = new AtomicIntegerArray(TIMES);
    for (int i = 0; i < TIMES; i++) {
      results.set(i, new BlockingResult(METHOD, Deadline.NONE));
    }
    AtomicInteger steps = new AtomicInteger();
    Runnable handingOver =
        () -> {
          for (int i = 0; i < TIMES; i++) {
            int call = i;
            steps.incrementAndGet();
            for (int spins = 0; steps.get() < 2 * (i + 1); spins++) {
              if (spins < 1_000) {
                Thread.onSpinWait(); // so that both go on in the same moment
              } else {
                LockSupport.parkNanos(1);
              }
            }
            results.get(i).execute(() -> ran.incrementAndGet(call));
          }
        };
    Thread one = new Thread(handingOver);
    Thread other = new Thread(handingOver);
    one.start();
    other.start();
    one.join();
    other.join();
    for (int i = 0; i < TIMES; i++) { // one waits for this thread, so the other must have run
      assertTrue(ran.get(i) >= 1, "call " + i);
    }
  }
}
