package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value type of the JDK that goes as an object of a few fields, without reflection into it.
 *
 * @param <T> the type
 */
final class JdkValue<T> implements ObjectWriter, ObjectReader {
  /** Takes a value apart. */
  interface Split<T> {
    @Nullable Object[] fields(T value);
  }

  /** Puts a value together; may throw any exception of the JDK's factories. */
  interface Join<T> {
    T value(Fields fields) throws IOException;
  }

  /** The fields that arrived, by name. */
  record Fields(Map<String, @Nullable Object> values) {
    @Nullable Object get(String name) {
      return values.get(name);
    }

    int integer(String name) {
      return values.get(name) instanceof Number number ? Math.toIntExact(number.longValue()) : 0;
    }

    long whole(String name) {
      return values.get(name) instanceof Number number ? number.longValue() : 0;
    }

    String text(String name) throws IOException {
      return as(name, String.class);
    }

    <V> V as(String name, Class<V> type) throws IOException {
      if (!type.isInstance(values.get(name))) {
        throw new HessianException("the field " + name + " is missing");
      }
      return type.cast(values.get(name));
    }
  }

  private static final Map<Class<?>, JdkValue<?>> BY_CLASS = new HashMap<>();
  private static final Map<String, JdkValue<?>> BY_NAME = new HashMap<>();

  static {
    for (JdkValue<?> value : JdkValues.all()) {
      BY_CLASS.put(value.type, value);
      BY_NAME.put(value.type.getName(), value);
      BY_NAME.put(value.sofa.name(), value);
      BY_NAME.put(value.standard.name(), value);
    }
  }

  private final Class<T> type;
  private final boolean handled;
  private final ClassShape sofa;
  private final ClassShape standard;
  private final Split<T> split;
  private final Split<T> standardSplit;
  private final Join<T> join;

  JdkValue(
      Class<T> type,
      ClassShape sofa,
      Split<T> split,
      ClassShape standard,
      Split<T> standardSplit,
      Join<T> join) {
    this.type = type;
    this.handled = !sofa.name().equals(type.getName());
    this.sofa = sofa;
    this.standard = standard;
    this.split = split;
    this.standardSplit = standardSplit;
    this.join = join;
  }

  static @Nullable JdkValue<?> of(Class<?> type) {
    JdkValue<?> exact = BY_CLASS.get(type);
    if (exact == null && java.time.ZoneId.class.isAssignableFrom(type)) {
      return BY_CLASS.get(java.time.ZoneId.class); // its classes are not public
    }
    return exact;
  }

  /** The value type that a stream means by a class name. */
  static @Nullable JdkValue<?> named(String className) {
    return BY_NAME.get(className);
  }

  Class<T> type() {
    return type;
  }

  @Override
  public void write(HessianWriter out, Object value) throws IOException {
    if (handled) {
      out.skipReference(); // the peers write a handle of its own for each
    } else if (out.wroteReference(value)) {
      return;
    }
    ClassShape shape = out.isSofa() ? sofa : standard;
    out.beginInstance(shape);
    Split<T> parts = out.isSofa() ? split : standardSplit;
    for (Object field : parts.fields(type.cast(value))) {
      out.write(field);
    }
  }

  @Override
  public Object read(HessianReader in, Definition definition, int reference, Type expected)
      throws IOException {
    Map<String, @Nullable Object> fields = new HashMap<>();
    for (String field : definition.fields) {
      Object value = in.value(Object.class);
      if (value instanceof int[] words) {
        in.objects().copy(words.length);
      } else if (value instanceof long[] words) {
        in.objects().copy(words.length);
      }
      fields.put(field, value);
    }
    try {
      return join.value(new Fields(fields));
    } catch (RuntimeException | IOException e) {
      throw new HessianException(type.getName() + " cannot be read: " + e.getMessage(), e);
    }
  }

  static Object parse(String text, Class<?> expected) throws IOException {
    try {
      return expected == BigDecimal.class ? JdkValues.decimal(text) : JdkValues.integer(text);
    } catch (NumberFormatException e) {
      throw new HessianException("Not a number: " + text, e);
    }
  }

  static @Nullable Object fromDate(Date date, Class<?> expected) {
    if (expected == Instant.class) {
      return Instant.ofEpochMilli(date.getTime()); // java.sql.Date has no toInstant
    }
    JdkValue<?> value = BY_CLASS.get(expected);
    if (value == null || !Date.class.isAssignableFrom(expected)) {
      return null;
    }
    try {
      return value.join.value(new Fields(Map.of("value", date)));
    } catch (IOException e) {
      return null;
    }
  }
}
