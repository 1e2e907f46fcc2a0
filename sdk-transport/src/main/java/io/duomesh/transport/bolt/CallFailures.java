package io.duomesh.transport.bolt;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.Outcome;

/** What calls end with for reasons of their connection, on either of its sides. */
final class CallFailures {
  private CallFailures() {}

  /**
   * The connection takes no calls, or takes none any more.
   *
   * @param stood whether it ever stood
   * @param unprocessed whether the request cannot have reached the peer whole
   */
  static Outcome gone(String why, boolean stood, boolean unprocessed) {
    return Outcome.of(
        Status.transport(Code.UNAVAILABLE, why)
            .withFlag(stood ? ResponseFlag.UC : ResponseFlag.UF)
            .withUnprocessed(unprocessed));
  }

  /** More than {@code bytes} wait to be written. */
  static Outcome overflow(Object peer, long bytes) {
    return Outcome.of(
        Status.local(
                Code.UNAVAILABLE,
                "more than "
                    + bytes
                    + " bytes wait to be written to "
                    + peer
                    + " (duomesh.transport.write-buffer-size, duomesh.bolt.write-overflow)")
            .withFlag(ResponseFlag.UO));
  }

  /** The call's time is up. */
  static Outcome expired(BoltClientStream call, Object peer) {
    boolean unsent = call.isUnsent();
    return Outcome.of(
        Status.transport(
                Code.DEADLINE_EXCEEDED,
                (unsent ? "not sent to " : "no response from ") + peer + " before the deadline")
            .withFlag(ResponseFlag.UT)
            .withUnprocessed(unsent));
  }

  /** The caller gave the call up. */
  static Outcome cancelled(BoltClientStream call, String why) {
    return Outcome.of(
        Status.local(Code.CANCELLED, why)
            .withFlag(ResponseFlag.DC)
            .withUnprocessed(call.isUnsent()));
  }
}
