package io.duomesh.cli;

import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The types of the JDK that one JSON string, number or truth value stands for. */
final class ScalarTypes {
  /** Reads a value. */
  @FunctionalInterface
  interface Reader {
    /** The value; null or an exception for numbers and times where the JSON is of another kind. */
    @Nullable Object read(JsonPrimitive json);
  }

  private static final Map<String, Reader> READERS = new HashMap<>();
  private static final Map<String, Class<?>> COMPONENTS = new HashMap<>();

  static {
    both(boolean.class, Boolean.class, json -> json.isBoolean() ? json.getAsBoolean() : null);
    both(byte.class, Byte.class, json -> decimal(json).byteValueExact());
    both(short.class, Short.class, json -> decimal(json).shortValueExact());
    both(int.class, Integer.class, json -> decimal(json).intValueExact());
    both(long.class, Long.class, json -> decimal(json).longValueExact());
    both(float.class, Float.class, json -> Float.valueOf(json.getAsString()));
    both(double.class, Double.class, json -> Double.valueOf(json.getAsString()));
    both(char.class, Character.class, ScalarTypes::character);
    one(String.class, JsonPrimitive::getAsString);
    one(CharSequence.class, JsonPrimitive::getAsString);
    one(BigDecimal.class, ScalarTypes::decimal);
    one(java.math.BigInteger.class, json -> decimal(json).toBigIntegerExact());
    one(Date.class, json -> Date.from(instant(json)));
    one(Instant.class, ScalarTypes::instant);
    one(LocalDate.class, json -> LocalDate.parse(json.getAsString()));
    one(LocalTime.class, json -> LocalTime.parse(json.getAsString()));
    one(LocalDateTime.class, json -> LocalDateTime.parse(json.getAsString()));
    one(OffsetDateTime.class, json -> OffsetDateTime.parse(json.getAsString()));
    one(ZonedDateTime.class, json -> ZonedDateTime.parse(json.getAsString()));
    one(Duration.class, json -> Duration.parse(json.getAsString()));
    one(UUID.class, json -> UUID.fromString(json.getAsString()));
  }

  private ScalarTypes() {}

  private static void both(Class<?> primitive, Class<?> box, Reader reader) {
    one(primitive, reader);
    one(box, reader);
  }

  private static void one(Class<?> type, Reader reader) {
    READERS.put(type.getName(), reader);
    COMPONENTS.put(type.getName(), type);
  }

  /** What reads values of a type; null for others. */
  static @Nullable Reader reader(String name) {
    return READERS.get(name);
  }

  /** The class of an array's components, {@code Object} for classes that are not at hand. */
  static Class<?> componentClass(TypeName component) {
    TypeName inner = component.component();
    if (inner != null) {
      return componentClass(inner).arrayType();
    }
    return COMPONENTS.getOrDefault(component.name(), Object.class);
  }

  private static BigDecimal decimal(JsonPrimitive json) {
    return new BigDecimal(json.getAsString());
  }

  private static @Nullable Character character(JsonPrimitive json) {
    String text = json.getAsString();
    return text.length() == 1 ? text.charAt(0) : null;
  }

  /** ISO-8601 text, or milliseconds since 1970. */
  private static Instant instant(JsonPrimitive json) {
    return json.isNumber()
        ? Instant.ofEpochMilli(decimal(json).longValueExact())
        : Instant.parse(json.getAsString());
  }
}
