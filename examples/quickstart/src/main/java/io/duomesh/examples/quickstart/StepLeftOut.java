package io.duomesh.examples.quickstart;

import java.io.Serial;

/** A step that cannot be shown here, which is no failure, and why. */
final class StepLeftOut extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  StepLeftOut(String message) {
    super(message);
  }
}
