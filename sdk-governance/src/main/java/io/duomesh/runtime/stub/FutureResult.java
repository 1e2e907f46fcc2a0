package io.duomesh.runtime.stub;

import io.duomesh.ClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The future of an asynchronous call; cancelling it cancels the call. */
final class FutureResult extends CompletableFuture<@Nullable Object>
    implements ClientCall.Listener {
  private final List<Class<?>> declaredExceptions;
  private volatile @Nullable ClientCall call;
  private @Nullable Object message;

  FutureResult(List<Class<?>> declaredExceptions) {
    this.declaredExceptions = declaredExceptions;
  }

  void bind(ClientCall started) {
    call = started;
    if (isCancelled()) {
      started.cancel("the future was cancelled");
    }
  }

  @Override
  public void onMessage(@Nullable Object response) {
    message = response;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk()) {
      complete(message);
    } else {
      completeExceptionally(Failures.of(status, trailers, declaredExceptions));
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    ClientCall started = call;
    if (cancelled && started != null) {
      started.cancel("the future was cancelled");
    }
    return cancelled;
  }

  /** Dependent stages are plain futures: they belong to no call. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
