package io.duomesh.transport.triple;

import io.duomesh.Status;
import java.io.Serial;

/** A gRPC message that cannot be taken. Carries no stack trace: it says what a peer did. */
final class GrpcFrameException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Status status;

  GrpcFrameException(Status.Code code, String message) {
    super(message, null, false, false);
    this.status = Status.remote(code, message);
  }

  Status status() {
    return status;
  }
}
