package io.duomesh;

import org.jspecify.annotations.Nullable;

/**
 * One outbound call, seen from its caller. {@link #start} comes first and once; then messages; the
 * listener's {@link Listener#onClose} comes last and exactly once, whatever happens. Methods may be
 * called from any thread, but not by two at a time except {@link #cancel}.
 */
public interface ClientCall {
  /** Starts the call. Nothing is delivered before. */
  void start(Listener listener);

  /**
   * Allows {@code messages} more to be delivered. Needed only where the server sends many; a single
   * response needs no request.
   */
  void request(int messages);

  /**
   * Sends a message. Where the client sends exactly one ({@link
   * MethodDescriptor.Type#clientSendsOne}), this also ends its side, and the whole request goes out
   * at once.
   */
  void send(Object message);

  /** Ends the client's side of a method in which it sends many. */
  void halfClose();

  /** Ends the call with {@link Status.Code#CANCELLED} unless it has ended. */
  void cancel(@Nullable String reason);

  /** Whether a message sent now would leave without being queued first. */
  boolean isReady();

  /** Receives what a call brings; one callback at a time. */
  interface Listener {
    /** {@link ClientCall#isReady} became true. */
    default void onReady() {}

    /**
     * Response headers came; not called where the protocol sends none. A single response's are
     * delivered with it, and only where they hold metadata.
     */
    default void onHeaders(Metadata headers) {}

    /** A response came, decoded. */
    void onMessage(@Nullable Object message);

    /** The call has ended. Nothing comes after. */
    void onClose(Status status, Metadata trailers);
  }
}
