package io.duomesh.runtime.stub;

import io.duomesh.ClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.governance.filter.FailedCall;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The future of an asynchronous call. Who cancels it, or completes it in the call's place, cancels
 * the call.
 */
@SuppressWarnings("ReferenceEquality") // a call is itself alone
final class FutureResult extends CompletableFuture<@Nullable Object>
    implements ClientCall.Listener {
  private static final AtomicReferenceFieldUpdater<FutureResult, @Nullable ClientCall> CALL =
      AtomicReferenceFieldUpdater.newUpdater(FutureResult.class, ClientCall.class, "call");

  /** Stands for a call that has ended: a future that is kept keeps nothing of it. */
  private static final ClientCall ENDED = FailedCall.of(Status.OK);

  /** A future may fail with any exception, whatever its method declares. */
  private static final List<Class<?>> ANY = List.of(Throwable.class);

  private volatile @Nullable ClientCall call;
  private @Nullable Object message;

  void bind(ClientCall started) {
    if (CALL.compareAndSet(this, null, started) && isDone()) {
      abandon();
    }
  }

  @Override
  public void onMessage(@Nullable Object response) {
    message = response;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    call = ENDED;
    if (status.isOk()) {
      complete(message);
    } else {
      completeExceptionally(Failures.of(status, trailers, ANY));
    }
  }

  /** Nobody waits for the call any more. */
  private boolean abandon() {
    ClientCall started = call;
    if (started != null && started != ENDED) {
      started.cancel(
          isCancelled() ? "the future was cancelled" : "the caller completed the future");
    }
    return true;
  }

  @Override
  public boolean complete(@Nullable Object value) {
    return super.complete(value) && abandon();
  }

  @Override
  public boolean completeExceptionally(Throwable thrown) {
    return super.completeExceptionally(thrown) && abandon();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return super.cancel(mayInterruptIfRunning) && abandon();
  }

  /** Dependent stages are plain futures: they belong to no call. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
