package io.duomesh.runtime.stub;

import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits for one call. It is the call's executor as well: what arrives is decoded by the thread that
 * waits for it, so that the connection's thread is free for other calls.
 *
 * <p>Written by one handing-over thread at a time and read by the waiting one, over {@code task}.
 */
@SuppressWarnings("ReferenceEquality") // threads and tasks are known by identity
final class BlockingResult implements ClientCall.Listener, Executor {
  /** How long after its deadline a call may still report its own outcome. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final AtomicReferenceFieldUpdater<BlockingResult, @Nullable Runnable> TASK =
      AtomicReferenceFieldUpdater.newUpdater(BlockingResult.class, Runnable.class, "task");

  private static final AtomicReferenceFieldUpdater<BlockingResult, @Nullable Status> STATUS =
      AtomicReferenceFieldUpdater.newUpdater(BlockingResult.class, Status.class, "status");

  private final MethodDescriptor method;
  private final Deadline deadline;
  private final Thread waiter = Thread.currentThread();
  private volatile @Nullable Runnable task;
  private volatile boolean abandoned;
  private @Nullable Object message;
  private volatile @Nullable Status status;
  private Metadata trailers = Metadata.EMPTY;

  BlockingResult(MethodDescriptor method, Deadline deadline) {
    this.method = method;
    this.deadline = deadline;
  }

  @Override
  public void execute(Runnable handed) {
    if (abandoned || Thread.currentThread() == waiter || !TASK.compareAndSet(this, null, handed)) {
      handed.run();
      return;
    }
    if (abandoned && TASK.compareAndSet(this, handed, null)) {
      handed.run(); // the waiter left between the two looks, and may not have seen it
      return;
    }
    LockSupport.unpark(waiter);
  }

  @Override
  public void onMessage(@Nullable Object response) {
    message = response;
  }

  @Override
  public void onClose(Status closed, Metadata closedTrailers) {
    if (status != null) {
      return; // the waiter has left, and said why
    }
    trailers = closedTrailers;
    STATUS.compareAndSet(this, null, closed);
    if (Thread.currentThread() != waiter) {
      LockSupport.unpark(waiter);
    }
  }

  @Nullable Object await(ClientCall call, List<Class<?>> declared, boolean primitiveResult)
      throws Throwable {
    while (status == null) {
      Runnable handed = task;
      if (handed != null) {
        handed.run();
        task = null;
        continue;
      }
      park(call);
    }
    Status closed = status;
    if (!closed.isOk()) {
      throw Failures.of(closed, trailers, declared);
    }
    if (message == null && primitiveResult) {
      throw new RpcException(
          Status.remote(
              Status.Code.INTERNAL, method + ": the server answered null for a primitive result"));
    }
    return message;
  }

  private void park(ClientCall call) {
    if (deadline.isNone()) {
      LockSupport.park(this);
    } else {
      long left = deadline.remainingNanos() + GRACE_NANOS;
      if (left <= 0) {
        abandon(call, overdue());
        return;
      }
      LockSupport.parkNanos(this, left);
    }
    if (Thread.interrupted()) {
      waiter.interrupt();
      abandon(
          call,
          Status.local(Status.Code.CANCELLED, method + ": the waiting thread was interrupted")
              .withUnprocessed(false)
              .withFlag(ResponseFlag.DC));
    }
  }

  private Status overdue() {
    return Status.transport(
            Status.Code.DEADLINE_EXCEEDED,
            method + ": no outcome within the deadline; the connection's thread did not report one")
        .withFlag(ResponseFlag.UT);
  }

  private void abandon(ClientCall call, Status why) {
    abandoned = true;
    Runnable handed = TASK.getAndSet(this, null);
    if (handed != null) {
      handed.run();
    }
    if (STATUS.compareAndSet(
        this, null, why)) { // before: the cancelled call ends for another reason
      call.cancel(why.message());
    }
  }
}
