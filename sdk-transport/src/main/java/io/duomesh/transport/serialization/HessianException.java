package io.duomesh.transport.serialization;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A stream cannot be read. Without a stack trace: it is the input that is at fault, and refusing it
 * should cost little.
 */
final class HessianException extends IOException {
  private static final long serialVersionUID = 1L;

  private boolean isPlaced;

  HessianException(String message) {
    super(message);
  }

  HessianException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The same, with the innermost field in which it happened. */
  HessianException at(BeanField field) {
    if (isPlaced) {
      return this;
    }
    HessianException placed = new HessianException(field + ": " + getMessage(), getCause());
    placed.isPlaced = true;
    return placed;
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it does nothing, and takes no lock
  public Throwable fillInStackTrace() {
    return this;
  }
}
