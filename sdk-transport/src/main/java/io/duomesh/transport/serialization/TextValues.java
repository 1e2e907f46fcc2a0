package io.duomesh.transport.serialization;

import java.io.IOException;
import java.text.ParsePosition;
import java.text.SimpleDateFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values that came as text: generic callers have no classes, and often only what JSON has. The
 * forms are Dubbo's.
 */
final class TextValues {
  /** Makes a value of a text; null where the text is none. */
  private interface Form {
    @Nullable Object value(String text);
  }

  private static final int LONGEST = 64;
  private static final Map<Class<?>, Form> FORMS =
      Map.ofEntries(
          Map.entry(Boolean.class, TextValues::truth),
          Map.entry(Byte.class, Byte::valueOf),
          Map.entry(Short.class, Short::valueOf),
          Map.entry(Integer.class, Integer::valueOf),
          Map.entry(Long.class, Long::valueOf),
          Map.entry(Float.class, Float::valueOf),
          Map.entry(Double.class, Double::valueOf),
          Map.entry(LocalDate.class, LocalDate::parse),
          Map.entry(LocalTime.class, LocalTime::parse),
          Map.entry(LocalDateTime.class, LocalDateTime::parse),
          Map.entry(Instant.class, Instant::parse),
          Map.entry(UUID.class, UUID::fromString),
          Map.entry(Date.class, TextValues::date));

  private TextValues() {}

  /**
   * The value that a text means; the value itself where it is no text, or texts never mean one of
   * that type.
   *
   * @throws IOException if the text is no value of that type
   */
  static @Nullable Object as(@Nullable Object given, Class<?> expected) throws IOException {
    Form form = given instanceof String ? FORMS.get(Scalars.boxed(expected)) : null;
    if (form == null || !(given instanceof String text) || text.length() > LONGEST) {
      return given;
    }
    Object value;
    try {
      value = form.value(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      value = null;
    }
    if (value == null) {
      throw new HessianException("Expected " + expected.getName() + " and met the text " + text);
    }
    return value;
  }

  private static @Nullable Object truth(String text) {
    boolean yes = text.equalsIgnoreCase("true");
    return yes || text.equalsIgnoreCase("false") ? yes : null;
  }

  /** In the default time zone, as Dubbo has it. */
  private static @Nullable Object date(String text) {
    return new SimpleDateFormat("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
        .parse(text, new ParsePosition(0));
  }
}
