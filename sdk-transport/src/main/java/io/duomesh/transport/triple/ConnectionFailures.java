package io.duomesh.transport.triple;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.netty.handler.codec.http2.Http2Exception;

/**
 * What calls end with that a client's connection does not carry to an answer. Knows why the
 * connection leaves or is gone: told on the loop, asked by any thread.
 */
final class ConnectionFailures {
  private final String peer;
  private volatile boolean stood;
  private volatile int lastStream = Integer.MAX_VALUE;
  private volatile String leaving = "";
  private volatile String closed = "";

  ConnectionFailures(String peer) {
    this.peer = peer;
  }

  /** The peer, for messages. */
  String peer() {
    return peer;
  }

  /** The connection stands. */
  void stands() {
    stood = true;
  }

  /** The connection takes no more calls; the first reason counts. */
  void leaves(String reason) {
    if (leaving.isEmpty()) {
      leaving = reason;
    }
  }

  /** The peer takes no streams after {@code last}. */
  void leaves(int last, String reason) {
    lastStream = last;
    leaving = reason;
  }

  /** The connection closes; the first reason counts. */
  void closes(String reason) {
    if (closed.isEmpty()) {
      closed = reason;
    }
  }

  /** Why the connection closed or will; empty while it does not. */
  String closeReason() {
    return closed;
  }

  /** Why the connection takes no calls; empty while it does. */
  String leaveReason() {
    return leaving;
  }

  /** More calls or bytes wait than may. */
  Status full() {
    return Status.local(
            Code.UNAVAILABLE,
            "connection to "
                + peer
                + " has too much waiting to be sent: "
                + (stood ? "the peer reads too slowly" : "still connecting")
                + " (duomesh.transport.write-buffer-size)")
        .withFlag(ResponseFlag.UO);
  }

  /** The connection takes no calls. */
  Status refused() {
    String why = closed.isEmpty() ? leaving : closed;
    return Status.transport(
            Code.UNAVAILABLE, stood ? "connection to " + peer + " takes no calls: " + why : why)
        .withFlag(stood ? ResponseFlag.UC : ResponseFlag.UF)
        .withUnprocessed(true);
  }

  /** The peer said goodbye before the call could be opened. */
  Status turnedAway() {
    return Status.transport(Code.UNAVAILABLE, peer + " takes no calls: " + leaving)
        .withFlag(ResponseFlag.UR)
        .withUnprocessed(true);
  }

  /** The stream ended without an answer, because its connection let go of it. */
  Status lost(int streamId) {
    if (streamId > lastStream) {
      return Status.transport(Code.UNAVAILABLE, peer + " did not take the call: " + leaving)
          .withFlag(ResponseFlag.UR)
          .withUnprocessed(true);
    }
    return Status.transport(
            Code.UNAVAILABLE, "connection to " + peer + " closed before the answer: " + closed)
        .withFlag(ResponseFlag.UC);
  }

  /** The stream could not be opened. */
  Status notOpened(Throwable failure) {
    if (failure instanceof Http2Exception.HeaderListSizeException) { // trying again would end alike
      return Status.local(
          Code.RESOURCE_EXHAUSTED,
          "metadata is larger than " + peer + " takes: " + failure.getMessage());
    }
    return Status.transport(Code.UNAVAILABLE, "no stream to " + peer + ": " + failure.getMessage())
        .withUnprocessed(true);
  }

  /** Frames of the peer broke a rule of their stream. */
  Status broken(Throwable cause) {
    return Status.transport(Code.INTERNAL, peer + " broke HTTP/2: " + cause.getMessage())
        .withFlag(ResponseFlag.UPE);
  }

  /**
   * The call's time is up.
   *
   * @param waiting whether it waited for a stream
   */
  Status expired(boolean sent, boolean waiting) {
    String unsent =
        !stood
            ? "; not sent yet: still connecting"
            : waiting
                ? "; not sent yet: the peer's limit of streams is reached"
                : "; not sent yet: this side was busy";
    return Status.transport(
            Code.DEADLINE_EXCEEDED,
            "no answer from " + peer + " within the deadline" + (sent ? "" : unsent))
        .withFlag(ResponseFlag.UT)
        .withUnprocessed(!sent);
  }
}
