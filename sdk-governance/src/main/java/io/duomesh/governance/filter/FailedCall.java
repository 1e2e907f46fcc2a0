package io.duomesh.governance.filter;

import io.duomesh.ClientCall;
import io.duomesh.Metadata;
import io.duomesh.Status;
import org.jspecify.annotations.Nullable;

/** A call that was refused before it was sent: it ends as soon as it is started, and only then. */
public final class FailedCall implements ClientCall {
  private final Status status;
  private final Metadata trailers;

  /** A call that ends so. */
  public FailedCall(Status status, Metadata trailers) {
    this.status = status;
    this.trailers = trailers;
  }

  /** A call that ends so, without trailers. */
  public static FailedCall of(Status status) {
    return new FailedCall(status, Metadata.EMPTY);
  }

  @Override
  public void start(Listener listener) {
    listener.onClose(status, trailers);
  }

  @Override
  public void request(int messages) {}

  @Override
  public void send(Object message) {}

  @Override
  public void halfClose() {}

  @Override
  public void cancel(@Nullable String reason) {}

  @Override
  public boolean isReady() {
    return false;
  }
}
