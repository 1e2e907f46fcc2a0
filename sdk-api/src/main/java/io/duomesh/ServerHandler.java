package io.duomesh;

/** What a server does with the calls of one method. */
@FunctionalInterface
public interface ServerHandler {
  /** Starts to serve a call; the listener receives its requests. */
  ServerCall.Listener start(ServerCall call);
}
