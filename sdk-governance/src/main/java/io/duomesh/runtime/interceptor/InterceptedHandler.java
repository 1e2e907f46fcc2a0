package io.duomesh.runtime.interceptor;

import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServerInterceptor;
import io.duomesh.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handler behind one interceptor, made once for a method. What the interceptor throws, wherever
 * it does, closes the call as {@code INTERNAL} by its name; what the handler throws is the
 * handler's.
 */
@SuppressWarnings("ReferenceEquality") // calls and listeners are known by identity
public final class InterceptedHandler implements ServerHandler {
  private static final ServerCall.Listener DEAF = message -> {};

  private final ServerInterceptor interceptor;
  private final ServerHandler next;

  private InterceptedHandler(ServerInterceptor interceptor, ServerHandler next) {
    this.interceptor = interceptor;
    this.next = next;
  }

  /** A handler behind interceptors, the first one outermost. */
  public static ServerHandler of(List<ServerInterceptor> interceptors, ServerHandler handler) {
    ServerHandler chained = handler;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      chained = new InterceptedHandler(interceptors.get(i), chained);
    }
    return chained;
  }

  @Override
  public ServerCall.Listener start(ServerCall call) {
    Passage passage = new Passage(call, this);
    ServerCall.Listener listener;
    try {
      listener = interceptor.intercept(call, passage);
    } catch (Throwable e) { // whatever it is, it is this call's alone
      close(call, interceptor, e);
      return DEAF;
    }
    if (listener == null) {
      return missing(call, interceptor);
    }
    return listener instanceof Guarded || listener == DEAF
        ? listener
        : new Guarded(call, interceptor, listener);
  }

  /** What the interceptor passed on goes on. */
  private ServerCall.Listener pass(ServerCall call, Passage passage) {
    if (next instanceof InterceptedHandler further) {
      return further.start(call);
    }
    ServerCall.Listener listener;
    try {
      listener = next.start(call);
    } catch (Throwable e) { // as above
      close(call, null, e);
      return DEAF;
    }
    if (listener == null) {
      return missing(call, null);
    }
    return passage.takes(call, listener) ? passage : new Guarded(call, null, listener);
  }

  private static ServerCall.Listener missing(
      ServerCall call, @Nullable ServerInterceptor interceptor) {
    call.close(
        Status.remote(
            Status.Code.INTERNAL,
            call.method() + ": " + name(interceptor) + " returned null (expected: a listener)"),
        Metadata.EMPTY);
    return DEAF;
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
  private static class Guarded implements ServerCall.Listener {
    private final ServerCall call;
    private final @Nullable ServerInterceptor interceptor;
    private ServerCall.Listener listener;
    private boolean failed;

    Guarded(
        ServerCall call, @Nullable ServerInterceptor interceptor, ServerCall.Listener listener) {
      this.call = call;
      this.interceptor = interceptor;
      this.listener = listener;
    }

    final ServerCall call() {
      return call;
    }

    /** Guards the handler's listener, if the call is the same and it guards none yet. */
    final boolean takes(ServerCall handled, ServerCall.Listener handlers) {
      if (handled != call || listener != DEAF) {
        return false;
      }
      listener = handlers;
      return true;
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

  /**
   * What follows an interceptor, for one call. It guards the handler's listener as well: one object
   * is all that an interceptor costs which passes a call on as it is.
   */
  private static final class Passage extends Guarded implements ServerHandler {
    private final InterceptedHandler from;

    Passage(ServerCall call, InterceptedHandler from) {
      super(call, null, DEAF);
      this.from = from;
    }

    @Override
    public ServerCall.Listener start(ServerCall passed) {
      return from.pass(
          passed == call() ? passed : new InterceptedServerCall(passed, call(), from.interceptor),
          this);
    }
  }
}
