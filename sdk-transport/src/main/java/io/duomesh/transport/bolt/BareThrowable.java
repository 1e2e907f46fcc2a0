package io.duomesh.transport.bolt;

import io.duomesh.transport.serialization.ClassShape;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.IOException;
import java.util.List;

/**
 * Stands for an exception of a service with a field that cannot be written: what counts of it is
 * what every {@link Throwable} has.
 */
final class BareThrowable extends Exception {
  private static final long serialVersionUID = 1L;

  private final Throwable thrown;

  BareThrowable(Throwable thrown) {
    super(null, null, false, false);
    this.thrown = thrown;
  }

  /** Writes the exception, under its own class, without its own fields. */
  void write(HessianWriter out) throws IOException {
    out.beginObject(
        ClassShape.of(
            thrown.getClass().getName(),
            "detailMessage",
            "cause",
            "stackTrace",
            "suppressedExceptions"));
    out.write(thrown.getMessage());
    out.write(null);
    out.write(thrown.getStackTrace());
    out.write(List.of());
  }
}
