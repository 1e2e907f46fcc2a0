package io.duomesh.runtime.server;

import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServerInterceptor;
import io.duomesh.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handler behind interceptors, the first one outermost. What an interceptor throws, wherever it
 * does, closes the call as {@code INTERNAL} by its name; what the handler throws is the handler's.
 */
@SuppressWarnings("ReferenceEquality") // calls and listeners are known by identity
final class InterceptedHandler implements ServerHandler {
  private static final ServerCall.Listener DEAF = message -> {};

  private final List<ServerInterceptor> interceptors;
  private final ServerHandler handler;

  InterceptedHandler(List<ServerInterceptor> interceptors, ServerHandler handler) {
    this.interceptors = interceptors;
    this.handler = handler;
  }

  @Override
  public ServerCall.Listener start(ServerCall call) {
    return start(0, call);
  }

  private ServerCall.Listener start(int index, ServerCall call) {
    ServerInterceptor interceptor = index < interceptors.size() ? interceptors.get(index) : null;
    ServerCall.Listener listener;
    try {
      listener =
          interceptor == null
              ? handler.start(call)
              : interceptor.intercept(
                  call,
                  passed ->
                      start(
                          index + 1,
                          passed == call
                              ? call
                              : new InterceptedServerCall(passed, call, interceptor)));
    } catch (Throwable e) { // whatever it is, it is this call's alone
      close(call, interceptor, e);
      return DEAF;
    }
    if (listener == null) {
      call.close(
          Status.remote(
              Status.Code.INTERNAL,
              call.method() + ": " + name(interceptor) + " returned null (expected: a listener)"),
          Metadata.EMPTY);
      return DEAF;
    }
    return listener instanceof Guarded || listener == DEAF
        ? listener
        : new Guarded(call, interceptor, listener);
  }

  private static String name(@Nullable ServerInterceptor interceptor) {
    return interceptor == null ? "the handler" : "interceptor " + interceptor.getClass().getName();
  }

  /** Ends a call by what was thrown; by the handler where no interceptor is named. */
  static void close(ServerCall call, @Nullable ServerInterceptor interceptor, Throwable thrown) {
    if (interceptor == null || thrown instanceof RpcException) {
      call.close(
          Status.of(thrown), thrown instanceof RpcException e ? e.trailers() : Metadata.EMPTY);
    } else {
      call.close(
          Status.remote(
                  Status.Code.INTERNAL,
                  call.method() + ": " + name(interceptor) + " failed: " + thrown)
              .withCause(thrown),
          Metadata.EMPTY);
    }
  }

  /** A listener whose failure closes the call and is heard no more. */
  private static final class Guarded implements ServerCall.Listener {
    private final ServerCall call;
    private final @Nullable ServerInterceptor interceptor;
    private final ServerCall.Listener listener;
    private boolean failed;

    Guarded(
        ServerCall call, @Nullable ServerInterceptor interceptor, ServerCall.Listener listener) {
      this.call = call;
      this.interceptor = interceptor;
      this.listener = listener;
    }

    private void failed(Throwable thrown) {
      failed = true;
      close(call, interceptor, thrown);
    }

    @Override
    public void onMessage(@Nullable Object message) {
      if (failed) {
        return;
      }
      try {
        listener.onMessage(message);
      } catch (Throwable e) {
        failed(e);
      }
    }

    @Override
    public void onHalfClose() {
      if (failed) {
        return;
      }
      try {
        listener.onHalfClose();
      } catch (Throwable e) {
        failed(e);
      }
    }

    @Override
    public void onCancel() {
      listener.onCancel(); // nothing is left to close: the call reports what it throws
    }

    @Override
    public void onReady() {
      if (failed) {
        return;
      }
      try {
        listener.onReady();
      } catch (Throwable e) {
        failed(e);
      }
    }
  }
}
