package io.duomesh.transport.serialization;

import java.io.File;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The value types of the JDK and their fields on the wire, as the peers' engines have them. */
final class JdkValues {
  /**
   * Digits of a number before and behind its point: parsing them, and writing a number without an
   * exponent, costs quadratic time.
   */
  static final int MAX_DIGITS = 10_000;

  private static final int DIGITS_OF_A_WORD = 9;
  private static final int MAX_LOCALE = 256;

  private static final String SOFA = "com.caucho.hessian.io.";
  private static final String LITE = "com.alibaba.com.caucho.hessian.io.";

  private JdkValues() {}

  static List<JdkValue<?>> all() {
    List<JdkValue<?>> all = new ArrayList<>();
    all.add(
        plain(
            BigDecimal.class,
            v -> new Object[] {v.toString()},
            f -> decimal(f.text("value")),
            "value"));
    all.add(
        plain(
            BigInteger.class,
            v -> new Object[] {v.signum(), 0, 0, 0, 0, magnitude(v)},
            JdkValues::bigInteger,
            "signum",
            "bitCountPlusOne",
            "bitLengthPlusOne",
            "lowestSetBitPlusTwo",
            "firstNonzeroIntNumPlusTwo",
            "mag"));
    all.add(
        new JdkValue<>(
            UUID.class,
            ClassShape.of(UUID.class.getName(), "mostSigBits", "leastSigBits"),
            v -> new Object[] {v.getMostSignificantBits(), v.getLeastSignificantBits()},
            ClassShape.of(UUID.class.getName(), "value"),
            v -> new Object[] {v.toString()},
            f ->
                f.get("value") instanceof String text
                    ? UUID.fromString(text)
                    : new UUID(f.whole("mostSigBits"), f.whole("leastSigBits"))));
    all.add(
        handle(
            Locale.class,
            "LocaleHandle",
            v -> new Object[] {v.toString()},
            f -> locale(f.text("value")),
            "value"));
    all.add(
        handle(
            GregorianCalendar.class,
            "CalendarHandle",
            v -> new Object[] {null, v.getTime()},
            f -> {
              GregorianCalendar calendar = new GregorianCalendar();
              calendar.setTime(f.as("date", Date.class));
              return calendar;
            },
            "type",
            "date"));
    all.add(
        plain(
            StackTraceElement.class,
            v ->
                new Object[] {
                  v.getClassName(), v.getMethodName(), v.getFileName(), v.getLineNumber()
                },
            f ->
                new StackTraceElement(
                    f.text("declaringClass"),
                    f.text("methodName"),
                    (String) f.get("fileName"),
                    f.integer("lineNumber")),
            "declaringClass",
            "methodName",
            "fileName",
            "lineNumber"));
    all.add(
        plain(
            AtomicInteger.class,
            v -> new Object[] {v.get()},
            f -> new AtomicInteger(f.integer("value")),
            "value"));
    all.add(
        plain(
            AtomicLong.class,
            v -> new Object[] {v.get()},
            f -> new AtomicLong(f.whole("value")),
            "value"));
    all.add(
        plain(
            AtomicBoolean.class,
            v -> new Object[] {v.get() ? 1 : 0},
            f -> new AtomicBoolean(f.integer("value") != 0),
            "value"));
    all.add(
        plain(
            AtomicReference.class,
            v -> new Object[] {v.get()},
            f -> new AtomicReference<>(f.get("value")),
            "value"));
    all.add(
        plain(
            AtomicIntegerArray.class,
            v -> new Object[] {IntStream.range(0, v.length()).map(v::get).toArray()},
            f -> new AtomicIntegerArray(f.as("array", int[].class)),
            "array"));
    all.add(
        plain(
            AtomicLongArray.class,
            v -> new Object[] {IntStream.range(0, v.length()).mapToLong(v::get).toArray()},
            f -> new AtomicLongArray(f.as("array", long[].class)),
            "array"));
    all.add(
        plain(
            File.class, v -> new Object[] {v.toString()}, f -> new File(f.text("value")), "value"));
    all.add(
        plain(
            Currency.class,
            v -> new Object[] {v.getCurrencyCode()},
            f -> Currency.getInstance(f.text("currencyCode")),
            "currencyCode"));
    all.add(
        plain(
            URI.class,
            v -> new Object[] {v.toString()},
            f -> URI.create(f.text("string")),
            "string"));
    all.addAll(JdkTimes.all());
    if (ModuleLayer.boot().findModule("java.sql").isPresent()) {
      all.addAll(SqlDates.all());
    }
    return all;
  }

  static <T> JdkValue<T> plain(
      Class<T> type, JdkValue.Split<T> split, JdkValue.Join<T> join, String... fields) {
    ClassShape shape = ClassShape.of(type.getName(), fields);
    return new JdkValue<>(type, shape, split, shape, split, join);
  }

  static <T> JdkValue<T> handle(
      Class<T> type,
      String handle,
      JdkValue.Split<T> split,
      JdkValue.Join<T> join,
      String... fields) {
    return new JdkValue<>(
        type,
        ClassShape.of(SOFA + handle, fields),
        split,
        ClassShape.of(LITE + handle, fields).reversed(), // as hessian-lite writes all objects
        value -> reversed(split.fields(value)),
        join);
  }

  private static @Nullable Object[] reversed(@Nullable Object[] fields) {
    @Nullable Object[] reversed = new @Nullable Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      reversed[i] = fields[fields.length - 1 - i];
    }
    return reversed;
  }

  private static int[] magnitude(BigInteger value) {
    byte[] bytes = value.abs().toByteArray();
    int start = bytes[0] == 0 ? 1 : 0;
    int length = bytes.length - start;
    int[] words = new int[(length + 3) / 4];
    for (int i = 0; i < length; i++) {
      words[words.length - 1 - i / 4] |= (bytes[bytes.length - 1 - i] & 0xff) << 8 * (i % 4);
    }
    return words;
  }

  static BigDecimal decimal(String text) throws IOException {
    checkDigits(text.length());
    BigDecimal value = new BigDecimal(text);
    checkDigits(Math.abs((long) value.scale()));
    return value;
  }

  static BigInteger integer(String text) throws IOException {
    checkDigits(text.length());
    return new BigInteger(text);
  }

  private static void checkDigits(long digits) throws IOException {
    if (digits > MAX_DIGITS) {
      throw new HessianException("A number of " + digits + " digits is refused");
    }
  }

  private static Locale locale(String text) throws IOException {
    if (text.length() > MAX_LOCALE) {
      throw new HessianException("A locale of " + text.length() + " chars is refused");
    }
    return Locale.forLanguageTag(text.replace('_', '-'));
  }

  private static BigInteger bigInteger(JdkValue.Fields fields) throws IOException {
    int[] words = fields.as("mag", int[].class);
    checkDigits((long) words.length * DIGITS_OF_A_WORD);
    byte[] bytes = new byte[words.length * 4];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (words[i / 4] >> 24 - 8 * (i % 4));
    }
    return new BigInteger(fields.integer("signum"), bytes);
  }
}
