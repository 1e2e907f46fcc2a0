package io.duomesh;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A call that passes everything on to another: a base for interceptors that change a part. */
public abstract class ForwardingServerCall implements ServerCall {
  private final ServerCall delegate;

  /** A call in front of {@code delegate}. */
  protected ForwardingServerCall(ServerCall delegate) {
    this.delegate = delegate;
  }

  @Override
  public MethodDescriptor method() {
    return delegate.method();
  }

  @Override
  public Metadata metadata() {
    return delegate.metadata();
  }

  @Override
  public Deadline deadline() {
    return delegate.deadline();
  }

  @Override
  public @Nullable SocketAddress peer() {
    return delegate.peer();
  }

  @Override
  public @Nullable Channel caller() {
    return delegate.caller();
  }

  @Override
  public String protocol() {
    return delegate.protocol();
  }

  @Override
  public void request(int messages) {
    delegate.request(messages);
  }

  @Override
  public void sendHeaders(Metadata headers) {
    delegate.sendHeaders(headers);
  }

  @Override
  public void send(@Nullable Object message) {
    delegate.send(message);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    delegate.close(status, trailers);
  }

  @Override
  public boolean isCancelled() {
    return delegate.isCancelled();
  }

  @Override
  public boolean isReady() {
    return delegate.isReady();
  }
}
