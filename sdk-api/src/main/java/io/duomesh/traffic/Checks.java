package io.duomesh.traffic;

import java.time.Duration;

/** Refuses values that nothing could be done with, where they are given. */
final class Checks {
  private Checks() {}

  static void range(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what
              + ": "
              + value
              + " (expected: "
              + (most == Long.MAX_VALUE ? "at least " + least : least + " … " + most)
              + ")");
    }
  }

  static void atLeast(String what, long value, long least) {
    range(what, value, least, Long.MAX_VALUE);
  }

  static void percent(String what, double value) {
    if (!(value >= 0 && value <= 100)) { // NaN is no share either
      throw new IllegalArgumentException(what + ": " + value + " (expected: 0 … 100)");
    }
  }

  static void positive(String what, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: above 0)");
    }
  }

  static void present(String what, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + ": is empty");
    }
  }
}
