package io.duomesh.governance.route;

import org.jspecify.annotations.Nullable;

/** The {@code grpc-timeout} header, in whole milliseconds, rounded up. */
final class GrpcTimeout {
  private static final long MAX = 99_999_999;

  private GrpcTimeout() {}

  /** Its milliseconds, or -1 where it is absent or malformed. */
  static long millis(@Nullable String header) {
    if (header == null || header.length() < 2) {
      return -1;
    }
    long amount = 0;
    int last = header.length() - 1;
    for (int i = 0; i < last; i++) {
      int digit = header.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      amount = amount * 10 + digit;
      if (amount > MAX) {
        return -1;
      }
    }
    return switch (header.charAt(last)) {
      case 'H' -> amount * 3_600_000;
      case 'M' -> amount * 60_000;
      case 'S' -> amount * 1_000;
      case 'm' -> amount;
      case 'u' -> (amount + 999) / 1_000;
      case 'n' -> (amount + 999_999) / 1_000_000;
      default -> -1;
    };
  }

  /** The header for a number of milliseconds, in the smallest unit that holds it. */
  static String header(long millis) {
    long amount = millis;
    String units = "mSMH";
    int unit = 0;
    while (amount > MAX && unit < 3) {
      amount /= unit == 0 ? 1000 : 60;
      unit++;
    }
    return Math.min(amount, MAX) + units.substring(unit, unit + 1);
  }
}
