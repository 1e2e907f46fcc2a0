package io.duomesh.transport.triple;

import io.duomesh.Status;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A gRPC message that cannot be taken or sent. Carries no stack trace: it says what is wrong. */
final class GrpcFrameException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Status.Code code;

  GrpcFrameException(Status.Code code, String message) {
    this(code, message, null);
  }

  GrpcFrameException(Status.Code code, String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.code = code;
  }

  /** A message over the limit; its size may be known as announced only. */
  static GrpcFrameException tooLarge(int size, int maxBytes) {
    return new GrpcFrameException(
        Status.Code.RESOURCE_EXHAUSTED,
        "message of "
            + Integer.toUnsignedString(size)
            + " bytes (expected: at most "
            + maxBytes
            + ", duomesh.transport.max-message-size)");
  }

  Status.Code code() {
    return code;
  }

  /** What it is to the peer that sent the message, or asked for it. */
  Status status() {
    return Status.remote(code, String.valueOf(getMessage()));
  }
}
