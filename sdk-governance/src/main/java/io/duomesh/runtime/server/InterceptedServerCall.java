package io.duomesh.runtime.server;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.ServerCall;
import io.duomesh.ServerInterceptor;
import io.duomesh.Status;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A call as an interceptor passed it on. What the interceptor throws when it is used closes the
 * call that it was given, so that no handler has to know of it.
 */
final class InterceptedServerCall implements ServerCall {
  private final ServerCall passed;
  private final ServerCall given;
  private final ServerInterceptor interceptor;

  InterceptedServerCall(ServerCall passed, ServerCall given, ServerInterceptor interceptor) {
    this.passed = passed;
    this.given = given;
    this.interceptor = interceptor;
  }

  private void step(Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      InterceptedHandler.close(given, interceptor, e);
    }
  }

  @Override
  public MethodDescriptor method() {
    return passed.method();
  }

  @Override
  public Metadata metadata() {
    return passed.metadata();
  }

  @Override
  public Deadline deadline() {
    return passed.deadline();
  }

  @Override
  public @Nullable SocketAddress peer() {
    return passed.peer();
  }

  @Override
  public String protocol() {
    return passed.protocol();
  }

  @Override
  public void request(int messages) {
    step(() -> passed.request(messages));
  }

  @Override
  public void sendHeaders(Metadata headers) {
    step(() -> passed.sendHeaders(headers));
  }

  @Override
  public void send(@Nullable Object message) {
    step(() -> passed.send(message));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    step(() -> passed.close(status, trailers));
  }

  @Override
  public boolean isCancelled() {
    return passed.isCancelled();
  }

  @Override
  public boolean isReady() {
    return passed.isReady();
  }
}
