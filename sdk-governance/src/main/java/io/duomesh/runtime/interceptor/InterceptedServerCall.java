package io.duomesh.runtime.interceptor;

import io.duomesh.ForwardingServerCall;
import io.duomesh.Metadata;
import io.duomesh.ServerCall;
import io.duomesh.ServerInterceptor;
import io.duomesh.Status;
import org.jspecify.annotations.Nullable;

/**
 * A call as an interceptor passed it on. What the interceptor throws when it is answered closes the
 * call that it was given, so that no handler has to know of it.
 */
final class InterceptedServerCall extends ForwardingServerCall {
  private final ServerCall given;
  private final ServerInterceptor interceptor;

  InterceptedServerCall(ServerCall passed, ServerCall given, ServerInterceptor interceptor) {
    super(passed);
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
  public void request(int messages) {
    step(() -> super.request(messages));
  }

  @Override
  public void sendHeaders(Metadata headers) {
    step(() -> super.sendHeaders(headers));
  }

  @Override
  public void send(@Nullable Object message) {
    step(() -> super.send(message));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    step(() -> super.close(status, trailers));
  }
}
