package io.duomesh.runtime.client;

import io.duomesh.ClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call that waits to be routed: remembers what its caller does and does it when it can. */
final class PendingCall implements ClientCall {
  private final PendingRouter router;
  private final Target target;
  private final Invocation invocation;
  private final ScheduledExecutorService scheduler;
  private final Object lock = new Object();
  private final Queue<Consumer<ClientCall>> steps = new ArrayDeque<>();
  private @Nullable Listener listener;
  private @Nullable ClientCall routed;
  private @Nullable Status failure;
  private @Nullable Future<?> timer;

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
    synchronized (lock) {
      listener = callListener;
      if (failure == null && routed == null && !invocation.deadline().isNone()) {
        try {
          timer =
              scheduler.schedule(
                  this::expire,
                  Math.max(0, invocation.deadline().remainingNanos()),
                  TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
          failure = Status.local(Status.Code.UNAVAILABLE, "the runtime is closed");
        }
      }
    }
    step(call -> call.start(callListener));
    Status failed;
    synchronized (lock) {
      failed = failure;
    }
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
      if (failure != null || routed != null) {
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
    Executor executor = invocation.options().executor();
    try {
      if (executor != null) {
        executor.execute(() -> receiver.onClose(status, Metadata.EMPTY));
        return;
      }
    } catch (RejectedExecutionException e) {
      // a full executor never loses a call: delivered here instead
    }
    receiver.onClose(status, Metadata.EMPTY);
  }

  /** Goes on with a router. */
  void proceed(Router arrived) {
    ClientCall call = arrived.newCall(target, invocation);
    while (true) {
      Consumer<ClientCall> step;
      synchronized (lock) {
        if (failure != null) {
          return;
        }
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
}
