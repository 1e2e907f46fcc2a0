package io.duomesh.runtime.routing;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.runtime.executor.Handover;
import io.duomesh.runtime.interceptor.ForgottenCalls;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits to be routed: remembers what its caller does and does it when it can. Listens
 * to the call that it becomes, so that its caller hears of one end, whatever that call does.
 */
final class PendingCall implements ClientCall, ClientCall.Listener {
  private final PendingRouter router;
  private final Target target;
  private final Invocation invocation;
  private final ScheduledExecutorService scheduler;
  private final Object lock = new Object();
  private final Queue<Consumer<ClientCall>> steps = new ArrayDeque<>();
  private @Nullable Listener listener;
  private boolean going;
  private @Nullable ClientCall routed;
  private @Nullable Status failure;
  private @Nullable Future<?> timer;
  private final AtomicBoolean told = new AtomicBoolean();

  PendingCall(
      PendingRouter router,
      Target target,
      Invocation invocation,
      ScheduledExecutorService scheduler) {
    this.router = router;
    this.target = target;
    this.invocation = invocation;
    this.scheduler = scheduler;
  }

  @Override
  public void start(Listener callListener) {
    Status failed;
    synchronized (lock) {
      listener = callListener;
      if (failure == null && !going && !invocation.deadline().isNone()) {
        try {
          timer =
              scheduler.schedule(
                  this::expire,
                  Math.max(0, invocation.deadline().remainingNanos()),
                  TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
          failure = ForgottenCalls.CLOSED;
        }
      }
      failed = failure; // one that comes later finds the listener and tells it
    }
    step(call -> call.start(this));
    if (failed != null) {
      deliver(callListener, failed);
    }
  }

  private void expire() {
    Status status = router.unready(invocation);
    fail(
        status
            .withCode(Status.Code.DEADLINE_EXCEEDED)
            .withFlag(ResponseFlag.UT)
            .withMessage("the deadline passed; " + status.message()));
  }

  /** Ends the call, unless it was routed or ended before. */
  void fail(Status status) {
    Listener receiver;
    synchronized (lock) {
      if (failure != null || going) {
        return;
      }
      failure = status;
      receiver = listener;
    }
    router.forget(this);
    if (receiver != null) {
      deliver(receiver, status);
    }
  }

  private void deliver(Listener receiver, Status status) {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    Handover.run(invocation.options().executor(), () -> tell(receiver, status, Metadata.EMPTY));
  }

  private void tell(Listener receiver, Status status, Metadata trailers) {
    if (told.compareAndSet(false, true)) {
      receiver.onClose(status, trailers);
    }
  }

  /** Goes on with a router; from here on the call that it makes ends this one. */
  void proceed(Router arrived) {
    ClientCall call;
    try {
      call = arrived.newCall(target, invocation);
    } catch (RuntimeException | Error e) { // a filter's: one call's trouble, not that of the others
      fail(
          Status.local(Status.Code.INTERNAL, invocation + ": cannot be routed: " + e).withCause(e));
      return;
    }
    synchronized (lock) {
      if (failure != null) {
        return;
      }
      going = true;
    }
    try {
      replay(call);
    } catch (RuntimeException | Error e) {
      Listener receiver;
      synchronized (lock) {
        receiver = listener;
        failure =
            Status.local(Status.Code.INTERNAL, invocation + ": cannot be sent: " + e).withCause(e);
      }
      if (receiver != null) {
        deliver(receiver, failure);
      }
      call.cancel(failure.message());
    }
  }

  private void replay(ClientCall call) {
    while (true) {
      Consumer<ClientCall> step;
      synchronized (lock) {
        step = steps.poll();
        if (step == null) {
          routed = call;
          if (timer != null) {
            timer.cancel(false);
          }
          return;
        }
      }
      step.accept(call);
    }
  }

  private void step(Consumer<ClientCall> step) {
    ClientCall call;
    synchronized (lock) {
      call = routed;
      if (call == null) {
        if (failure == null) {
          steps.add(step);
        }
        return;
      }
    }
    step.accept(call);
  }

  @Override
  public void request(int messages) {
    step(call -> call.request(messages));
  }

  @Override
  public void send(Object message) {
    step(call -> call.send(message));
  }

  @Override
  public void halfClose() {
    step(ClientCall::halfClose);
  }

  @Override
  public void cancel(@Nullable String reason) {
    fail(
        Status.local(Status.Code.CANCELLED, invocation + ": cancelled by the caller")
            .withFlag(ResponseFlag.DC));
    step(call -> call.cancel(reason));
  }

  @Override
  public boolean isReady() {
    return false;
  }

  // ---- from the call that it became

  private Listener receiver() {
    synchronized (lock) {
      return Objects.requireNonNull(listener); // that call was started, so this one was
    }
  }

  @Override
  public void onReady() {
    receiver().onReady();
  }

  @Override
  public void onHeaders(Metadata headers) {
    if (!told.get()) {
      receiver().onHeaders(headers);
    }
  }

  @Override
  public void onMessage(@Nullable Object message) {
    if (!told.get()) {
      receiver().onMessage(message);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    tell(receiver(), status, trailers);
  }
}
