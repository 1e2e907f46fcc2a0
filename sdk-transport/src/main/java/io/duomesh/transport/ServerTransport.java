package io.duomesh.transport;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** An open server port and its connections. */
public interface ServerTransport {
  /** The port. */
  int port();

  /**
   * Stops taking connections and, where the protocols can say so, calls; connections close as their
   * calls end, all of them after {@code timeout}. Idempotent.
   *
   * @return completes when the last connection is closed
   */
  CompletionStage<Void> drain(Duration timeout);

  /** Closes the port and all connections at once. */
  void close();

  /** Who serves the calls; called on event loops, must not block. */
  interface Listener {
    /** A call has come: {@link ServerStream#accept} or {@link ServerStream#close} it. */
    void onStream(ServerStream stream);
  }
}
