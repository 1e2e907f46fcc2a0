package io.duomesh;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One inbound call, seen from the server. {@link #close} is last and takes effect once; what is
 * sent after it, or after the call was cancelled, is dropped.
 */
public interface ServerCall {
  /** What is called. */
  MethodDescriptor method();

  /** Headers of the request, without those that the protocol keeps for itself. */
  Metadata metadata();

  /** When the caller stops waiting, or the service's own limit is up, whichever comes first. */
  Deadline deadline();

  /** Address of the peer of the connection; null in process. */
  @Nullable SocketAddress peer();

  /**
   * Calls to who made this one, over the connection that it came on, until that closes: what
   * SOFABolt's servers do with their clients. Null where the protocol has no such calls.
   */
  default @Nullable Channel caller() {
    return null;
  }

  /** What the call came over: {@code bolt}, {@code triple}, {@code inproc}. */
  String protocol();

  /** Allows {@code messages} more to be delivered; a single request needs none. */
  void request(int messages);

  /** Sends response headers before the first message; protocols without them drop them. */
  void sendHeaders(Metadata headers);

  /** Sends a response. */
  void send(@Nullable Object message);

  /** Ends the call. */
  void close(Status status, Metadata trailers);

  /** Whether the caller has cancelled or its connection is gone. */
  boolean isCancelled();

  /** Whether a message sent now would leave without being queued first. */
  boolean isReady();

  /** Receives what a caller sends; one callback at a time. */
  interface Listener {
    /** A request came, decoded; an {@code Object[]} where the shape is arguments. */
    void onMessage(@Nullable Object message);

    /** The caller's side has ended. */
    default void onHalfClose() {}

    /** The caller went away or cancelled, or its deadline passed. Nothing comes after. */
    default void onCancel() {}

    /** {@link ServerCall#isReady} became true. */
    default void onReady() {}
  }
}
