package io.duomesh;

import org.jspecify.annotations.Nullable;

/** A call that passes everything on to another: a base for interceptors that change a part. */
public abstract class ForwardingClientCall implements ClientCall {
  private final ClientCall delegate;

  /** A call in front of {@code delegate}. */
  protected ForwardingClientCall(ClientCall delegate) {
    this.delegate = delegate;
  }

  @Override
  public void start(Listener listener) {
    delegate.start(listener);
  }

  @Override
  public void request(int messages) {
    delegate.request(messages);
  }

  @Override
  public void send(Object message) {
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
}
