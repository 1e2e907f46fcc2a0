package io.duomesh.runtime.stub;

import io.duomesh.ClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The future of an asynchronous call. Who cancels it, or completes it in the call's place, cancels
 * the call.
 */
final class FutureResult extends CompletableFuture<@Nullable Object>
    implements ClientCall.Listener {
  private final List<Class<?>> declaredExceptions;
  private volatile @Nullable ClientCall call;
  private volatile boolean ended;
  private @Nullable Object message;

  FutureResult(List<Class<?>> declaredExceptions) {
    this.declaredExceptions = declaredExceptions;
  }

  void bind(ClientCall started) {
    call = started;
    if (isDone()) {
      abandon();
    }
  }

  @Override
  public void onMessage(@Nullable Object response) {
    message = response;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    ended = true;
    if (status.isOk()) {
      complete(message);
    } else {
      completeExceptionally(Failures.of(status, trailers, declaredExceptions));
    }
  }

  /** Nobody waits for the call any more. */
  private boolean abandon() {
    ClientCall started = call;
    if (!ended && started != null) {
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
