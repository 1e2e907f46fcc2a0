package io.duomesh.runtime.client;

import io.duomesh.Invocation;
import io.duomesh.Status;

/** How a call ends whose own listener throws. */
final class ReceiverFailure {
  private ReceiverFailure() {}

  static Status of(Invocation invocation, Throwable thrown) {
    return Status.local(
            Status.Code.INTERNAL, invocation + ": the call's listener failed: " + thrown)
        .withUnprocessed(false)
        .withCause(thrown);
  }
}
