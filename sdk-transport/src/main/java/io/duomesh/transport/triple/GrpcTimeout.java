package io.duomesh.transport.triple;

import io.netty.util.AsciiString;
import java.util.concurrent.TimeUnit;

/**
 * The {@code grpc-timeout} header: up to eight digits and a unit. Written with three significant
 * digits, rounded up, so that the values of successive calls repeat and compress to a byte.
 */
final class GrpcTimeout {
  private static final int MAX_DIGITS = 8;
  private static final long MAX_HOURS = 99_999_999L;

  private GrpcTimeout() {}

  /** The header's value; a time that is up becomes the shortest one. */
  static AsciiString format(long nanos) {
    if (nanos < 1_000) {
      return new AsciiString("1u");
    }
    long step = 1;
    while (nanos / step >= 1_000) {
      step *= 10;
    }
    long rounded = nanos + step - 1;
    rounded -= rounded % step;
    if (rounded < 0) {
      rounded = nanos - nanos % step; // above what nanoseconds can count
    }
    if (rounded < TimeUnit.MILLISECONDS.toNanos(1)) {
      return text(TimeUnit.NANOSECONDS.toMicros(rounded + 999), 'u');
    }
    if (rounded < TimeUnit.SECONDS.toNanos(90_000)) {
      long micros = rounded / 1_000;
      return micros % 1_000 == 0 ? text(micros / 1_000, 'm') : text(micros, 'u');
    }
    return text(Math.min(TimeUnit.NANOSECONDS.toSeconds(rounded), MAX_HOURS), 'S');
  }

  /** Nanoseconds of a header's value; -1 if it is malformed. */
  static long parse(CharSequence value) {
    int digits = value.length() - 1;
    if (digits < 1 || digits > MAX_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits; i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return switch (value.charAt(digits)) {
      case 'n' -> number;
      case 'u' -> TimeUnit.MICROSECONDS.toNanos(number);
      case 'm' -> TimeUnit.MILLISECONDS.toNanos(number);
      case 'S' -> TimeUnit.SECONDS.toNanos(number);
      case 'M' -> TimeUnit.MINUTES.toNanos(number);
      case 'H' -> TimeUnit.HOURS.toNanos(number);
      default -> -1;
    };
  }

  private static AsciiString text(long number, char unit) {
    byte[] digits = new byte[MAX_DIGITS + 1];
    int at = digits.length;
    digits[--at] = (byte) unit;
    do {
      digits[--at] = (byte) ('0' + number % 10);
      number /= 10;
    } while (number > 0);
    return new AsciiString(digits, at, digits.length - at, false);
  }
}
