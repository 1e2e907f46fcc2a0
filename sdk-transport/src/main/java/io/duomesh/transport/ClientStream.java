package io.duomesh.transport;

import io.duomesh.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * One call on one connection. The transport encodes messages on the calling thread, keeps the
 * invocation's deadline, and ends the stream exactly once.
 */
public interface ClientStream {
  /**
   * Sends a message; where the client sends one, this ends its side and the request leaves whole. A
   * message that cannot be encoded ends the stream as {@code INTERNAL}, origin local, unprocessed.
   * Never blocks: who sends many asks {@link #isReady} first, and is ended as {@code UNAVAILABLE},
   * {@code UO}, once more waits for the peer than the transport's bounds allow.
   */
  void send(Object message);

  /** Ends the client's side where it sends many. */
  void halfClose();

  /** Allows more responses to be delivered; needed only where the server sends many. */
  void request(int messages);

  /** Ends the stream as {@code CANCELLED} and tells the peer where the protocol can. */
  void cancel(@Nullable String reason);

  /** Whether a message sent now would be written without waiting. */
  boolean isReady();

  /** Receives what a stream brings, on the connection's event loop. */
  interface Listener {
    /** {@link ClientStream#isReady} became true. */
    default void onReady() {}

    /** Response headers; not called by protocols without them. */
    default void onHeaders(Metadata headers) {}

    /**
     * A response, still encoded. The receiver reads or discards it, exactly once, on any thread.
     */
    void onMessage(Payload payload);

    /** The stream has ended. Nothing comes after. */
    void onClose(Outcome outcome);
  }
}
