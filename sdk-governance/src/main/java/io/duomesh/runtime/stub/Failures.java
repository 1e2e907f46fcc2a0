package io.duomesh.runtime.stub;

import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Status;
import java.util.List;

/** What a failed call throws: the service's own exception where the method may throw it. */
final class Failures {
  private Failures() {}

  static Throwable of(Status status, Metadata trailers, List<Class<?>> declared) {
    Throwable cause = status.cause();
    if (cause instanceof RpcException same) {
      return same;
    }
    if (status.origin() == Status.Origin.APPLICATION
        && cause != null
        && mayThrow(cause, declared)) {
      return cause;
    }
    return new RpcException(status, trailers);
  }

  private static boolean mayThrow(Throwable cause, List<Class<?>> declared) {
    if (cause instanceof RuntimeException || cause instanceof Error) {
      return true;
    }
    for (Class<?> type : declared) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
