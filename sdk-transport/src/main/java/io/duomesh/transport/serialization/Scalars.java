package io.duomesh.transport.serialization;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Narrows what a stream holds to what is expected: it knows neither short nor byte nor float. */
final class Scalars {
  private static final Map<Class<?>, Class<?>> RARE =
      Map.of(
          double.class, Double.class,
          float.class, Float.class,
          short.class, Short.class,
          byte.class, Byte.class,
          char.class, Character.class);

  private Scalars() {}

  /**
   * The value as the expected class.
   *
   * @throws IOException if it is of another kind or out of range
   */
  static @Nullable Object as(@Nullable Object value, Class<?> declared) throws IOException {
    Class<?> expected = declared.isPrimitive() ? boxed(declared) : declared;
    if (expected == Object.class || expected.isInstance(value)) {
      return value;
    }
    if (expected == Optional.class) {
      return Optional.ofNullable(value);
    }
    if (value == null) {
      return nothing(expected);
    }
    Object converted = null;
    if (value instanceof Number number) {
      converted = number(number, expected);
    } else if (value instanceof String text) {
      converted = text(text, expected);
    } else if (value instanceof Date date) {
      converted = JdkValue.fromDate(date, expected);
    }
    if (converted == null) {
      throw new HessianException(
          "Expected " + expected.getName() + " and met " + value.getClass().getName());
    }
    return converted;
  }

  static Class<?> boxed(Class<?> primitive) {
    if (primitive == int.class) {
      return Integer.class;
    }
    if (primitive == long.class) {
      return Long.class;
    }
    if (primitive == boolean.class) {
      return Boolean.class;
    }
    return primitive == void.class ? Object.class : RARE.getOrDefault(primitive, primitive);
  }

  private static @Nullable Object nothing(Class<?> expected) {
    if (expected == OptionalInt.class) {
      return OptionalInt.empty();
    }
    if (expected == OptionalLong.class) {
      return OptionalLong.empty();
    }
    return expected == OptionalDouble.class ? OptionalDouble.empty() : null;
  }

  /** A number's other class; large numbers are not narrowed, which costs more than a reference. */
  private static @Nullable Object number(Number value, Class<?> expected) throws IOException {
    if (!(value instanceof Integer || value instanceof Long || value instanceof Double)) {
      return null;
    }
    if (expected == Double.class) {
      return value.doubleValue();
    }
    if (expected == Float.class) {
      return value.floatValue();
    }
    if (expected == OptionalDouble.class) {
      return OptionalDouble.of(value.doubleValue());
    }
    if (value instanceof Double real) {
      return Double.isFinite(real) ? real(real, expected) : null;
    }
    return whole(value.longValue(), expected);
  }

  private static @Nullable Object real(double value, Class<?> expected) throws IOException {
    if (expected == BigDecimal.class) {
      return BigDecimal.valueOf(value);
    }
    long whole = (long) value;
    return whole == value && whole != Long.MAX_VALUE ? whole(whole, expected) : null;
  }

  private static @Nullable Object whole(long whole, Class<?> expected) throws IOException {
    if (expected == BigDecimal.class) {
      return BigDecimal.valueOf(whole);
    }
    if (expected == Long.class) {
      return whole;
    }
    if (expected == Date.class) {
      return new Date(whole);
    }
    if (expected == OptionalLong.class) {
      return OptionalLong.of(whole);
    }
    if (expected == BigInteger.class) {
      return BigInteger.valueOf(whole);
    }
    if (expected == Integer.class) {
      return (int) range(whole, Integer.MIN_VALUE, Integer.MAX_VALUE, expected);
    }
    if (expected == OptionalInt.class) {
      return OptionalInt.of((int) range(whole, Integer.MIN_VALUE, Integer.MAX_VALUE, expected));
    }
    if (expected == Short.class) {
      return (short) range(whole, Short.MIN_VALUE, Short.MAX_VALUE, expected);
    }
    if (expected == Byte.class) {
      return (byte) range(whole, Byte.MIN_VALUE, Byte.MAX_VALUE, expected);
    }
    return null;
  }

  private static long range(long value, long least, long most, Class<?> expected)
      throws IOException {
    if (value < least || value > most) {
      throw new HessianException(value + " does not fit " + expected.getName());
    }
    return value;
  }

  private static @Nullable Object text(String text, Class<?> expected) throws IOException {
    if (expected == Character.class && text.length() == 1) {
      return text.charAt(0);
    }
    if (expected == char[].class) {
      return text.toCharArray();
    }
    if (expected == StringBuilder.class) {
      return new StringBuilder(text);
    }
    if (expected == StringBuffer.class) {
      return new StringBuffer(text);
    }
    if (expected.isEnum()) {
      return EnumCodec.constant(expected, text);
    }
    if (expected == BigDecimal.class || expected == BigInteger.class) {
      return JdkValue.parse(text, expected);
    }
    return null;
  }
}
