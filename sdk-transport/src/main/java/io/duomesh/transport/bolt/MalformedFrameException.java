package io.duomesh.transport.bolt;

/** Bytes that are no frame, after which the stream cannot be followed. */
final class MalformedFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  private final BadInput what;

  MalformedFrameException(BadInput what, long value, String expected) {
    super(
        "bad Bolt frame: " + what + " " + value + " (expected: " + expected + ")",
        null,
        false,
        false);
    this.what = what;
  }

  /** The field that is wrong. */
  BadInput what() {
    return what;
  }
}
