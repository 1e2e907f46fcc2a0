package io.duomesh.runtime.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Explanation;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call that waited for the configuration ends once, whatever it becomes. */
class PendingCallTest {
  private static final Target TARGET = new Target("xds", "tea");
  private static final Invocation INVOCATION =
      Invocation.of(
          MethodDescriptor.of(
              ServiceName.of("Tea"), "brew", MethodDescriptor.Type.UNARY, new PayloadShape.Bytes()),
          "tea",
          Metadata.EMPTY,
          CallOptions.DEFAULT,
          Deadline.NONE);

  private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
  private final PendingRouter router = new PendingRouter(control, "nowhere");
  private final List<Status> ends = new ArrayList<>();
  private final ClientCall.Listener listener =
      new ClientCall.Listener() {
        @Override
        public void onMessage(@Nullable Object message) {}

        @Override
        public void onClose(Status status, Metadata trailers) {
          ends.add(status);
        }
      };

  @AfterEach
  void close() {
    control.shutdownNow();
  }

  /** A call that cannot be sent, and says so by throwing; it ends when it is cancelled. */
  private static final class Throwing implements ClientCall, Router {
    private @Nullable Listener listener;
    private @Nullable String cancelled;

    @Override
    public void start(Listener callListener) {
      listener = callListener;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void send(Object message) {
      throw new IllegalStateException("no water");
    }

    @Override
    public void halfClose() {}

    @Override
    public void cancel(@Nullable String reason) {
      cancelled = reason;
      if (listener != null) {
        listener.onClose(Status.local(Status.Code.CANCELLED, "as told"), Metadata.EMPTY);
      }
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public ClientCall newCall(Target target, Invocation invocation) {
      return this;
    }

    @Override
    public Explanation explain(Target target, String path, Metadata headers, long random) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void callThatThrowsOnceItIsRoutedEndsOnceAndIsCancelled() {
    ClientCall call = router.newCall(TARGET, INVOCATION);
    call.start(listener);
    call.send(new byte[0]);
    Throwing routed = new Throwing();
    router.arrived(routed);
    assertEquals(1, ends.size(), ends::toString);
    assertEquals(Status.Code.INTERNAL, ends.get(0).code());
    assertTrue(ends.get(0).message().contains("no water"), ends::toString);
    assertTrue(String.valueOf(routed.cancelled).contains("no water"), routed.cancelled);
    call.cancel("too late");
    assertEquals(1, ends.size(), ends::toString);
  }
}
