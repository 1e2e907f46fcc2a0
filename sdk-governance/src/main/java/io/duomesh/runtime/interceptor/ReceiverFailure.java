package io.duomesh.runtime.interceptor;

import io.duomesh.Invocation;
import io.duomesh.Status;

/** How a call ends whose own listener throws. */
public final class ReceiverFailure {
  private ReceiverFailure() {}

  /** The status that the call ends with. */
  public static Status of(Invocation invocation, Throwable thrown) {
    return Status.local(
            Status.Code.INTERNAL, invocation + ": the call's listener failed: " + thrown)
        .withUnprocessed(false)
        .withCause(thrown);
  }
}
