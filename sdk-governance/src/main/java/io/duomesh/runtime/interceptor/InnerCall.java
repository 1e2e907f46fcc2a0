package io.duomesh.runtime.interceptor;

import io.duomesh.ClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import org.jspecify.annotations.Nullable;

/** A call that an interceptor got from what follows it, and how it hears of it. */
final class InnerCall implements ClientCall {
  private final InterceptedCall owner;
  private final ClientCall delegate;

  InnerCall(InterceptedCall owner, ClientCall delegate) {
    this.owner = owner;
    this.delegate = delegate;
  }

  @SuppressWarnings("ReferenceEquality") // a call is itself alone
  boolean belongsTo(InterceptedCall call) {
    return owner == call;
  }

  ClientCall unwrapped() {
    return delegate;
  }

  @Override
  public void start(Listener listener) {
    delegate.start(new Hearing(listener));
  }

  @Override
  public void request(int messages) {
    delegate.request(messages);
  }

  @Override
  public void send(Object message) {
    owner.sent();
    delegate.send(message);
  }

  @Override
  public void halfClose() {
    delegate.halfClose();
  }

  @Override
  public void cancel(@Nullable String reason) {
    delegate.cancel(reason);
  }

  @Override
  public boolean isReady() {
    return delegate.isReady();
  }

  /** Passes on to the interceptor's listener; what that throws ends the call. */
  private final class Hearing implements Listener {
    private final Listener listener;
    private @Nullable Throwable failed;
    private String failedIn = "";

    Hearing(Listener listener) {
      this.listener = listener;
    }

    private void failed(String where, Throwable thrown) {
      failed = thrown;
      failedIn = where;
      delegate.cancel("an interceptor failed in " + where);
    }

    @Override
    public void onReady() {
      if (failed != null) {
        return;
      }
      try {
        listener.onReady();
      } catch (Throwable e) {
        failed("onReady", e);
      }
    }

    @Override
    public void onHeaders(Metadata headers) {
      if (failed != null) {
        return;
      }
      try {
        listener.onHeaders(headers);
      } catch (Throwable e) {
        failed("onHeaders", e);
      }
    }

    @Override
    public void onMessage(@Nullable Object message) {
      if (failed != null) {
        return;
      }
      try {
        listener.onMessage(message);
      } catch (Throwable e) {
        failed("onMessage", e);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Throwable before = failed;
      Status told = before == null ? status : owner.failure(failedIn, before);
      Metadata with = before == null ? trailers : trailers.plus(InterceptedCall.trailers(before));
      try {
        listener.onClose(told, with);
      } catch (Throwable e) {
        owner.fail(owner.failure("onClose", e), InterceptedCall.trailers(e));
        return;
      }
      if (before != null && !owner.isOver()) {
        owner.fail(told, with);
      } else {
        owner.watch(); // it may go on by another call, or have forgotten this one
      }
    }
  }
}
