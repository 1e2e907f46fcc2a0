package io.duomesh.examples.quickstart;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A step that does not hold, and why, in words for the person at the terminal. */
final class StepFailed extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  StepFailed(String message) {
    super(message);
  }

  /** Fails unless the condition holds. */
  static void unless(boolean holds, String otherwise) {
    if (!holds) {
      throw new StepFailed(otherwise);
    }
  }

  /** The value, which must be there. */
  static <T> T unlessThere(@Nullable T value, String otherwise) {
    if (value == null) {
      throw new StepFailed(otherwise);
    }
    return value;
  }
}
