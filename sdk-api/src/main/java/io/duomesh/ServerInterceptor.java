package io.duomesh;

/**
 * A step around each inbound call, after its request was decoded and before the service's method,
 * on the thread that runs the method.
 */
@FunctionalInterface
public interface ServerInterceptor {
  /** Serves the call by {@code next}, or closes it and returns a listener that ignores it. */
  ServerCall.Listener intercept(ServerCall call, ServerHandler next);
}
