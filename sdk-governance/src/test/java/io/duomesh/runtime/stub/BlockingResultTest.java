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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Why a caller says that it waits no longer, whatever the call that it gives up ends with. */
class BlockingResultTest {
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
}
