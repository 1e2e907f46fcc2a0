package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A field of a class that goes over the wire. */
final class BeanField {
  private final Field field;
  private final Class<?> raw;
  private final Type type;

  private BeanField(Field field) {
    this.field = field;
    this.raw = field.getType();
    this.type = field.getGenericType();
  }

  /**
   * The fields of a class and its superclasses up to those of the JDK: primitives and {@code
   * java.lang} types first, as the peers write them; of two with one name only the subclass's.
   *
   * @throws IllegalStateException if a field cannot be reached; the message says what to do
   */
  static List<BeanField> of(Class<?> type) {
    List<BeanField> plain = new ArrayList<>();
    List<BeanField> compound = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Class<?> c = type; c != null && !ObjectWriters.isOfTheJdk(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())
            || Modifier.isTransient(field.getModifiers())
            || field.isSynthetic()
            || !names.add(field.getName())) {
          continue;
        }
        if (!field.trySetAccessible()) {
          throw new IllegalStateException(
              "%s.%s is out of reach: open package %s of module %s to io.duomesh.transport"
                  .formatted(
                      c.getName(), field.getName(), c.getPackageName(), c.getModule().getName()));
        }
        Class<?> raw = field.getType();
        boolean isPlain =
            raw.isPrimitive() || raw.getName().startsWith("java.lang.") && raw != Object.class;
        (isPlain ? plain : compound).add(new BeanField(field));
      }
    }
    plain.addAll(compound);
    return plain;
  }

  String name() {
    return field.getName();
  }

  /** Writes the value that an object has in this field. */
  void write(HessianWriter out, Object owner) throws IOException {
    try {
      if (raw == int.class) {
        out.out().writeInt(field.getInt(owner));
      } else if (raw == long.class) {
        out.out().writeLong(field.getLong(owner));
      } else if (raw == boolean.class) {
        out.out().writeBoolean(field.getBoolean(owner));
      } else if (raw == double.class) {
        out.out().writeDouble(field.getDouble(owner));
      } else if (raw == float.class) {
        out.out().writeDouble(field.getFloat(owner));
      } else {
        out.write(field.get(owner));
      }
    } catch (IllegalAccessException e) {
      throw new IOException(field + " is out of reach", e);
    }
  }

  /** Reads a value into this field of an object. */
  void read(HessianReader in, Object owner, Type ownerType) throws IOException {
    set(owner, in.value(type instanceof Class<?> ? type : Types.bind(type, ownerType)));
  }

  /** Sets a value that has been read without regard to this field. */
  void set(Object owner, @Nullable Object value) throws IOException {
    if (value == null && raw.isPrimitive()) {
      return; // keeps its default, as with a field that the peer does not send
    }
    try {
      field.set(owner, Scalars.as(value, raw));
    } catch (IllegalAccessException e) {
      throw new IOException(field + " cannot be set", e);
    } catch (IOException e) {
      throw new IOException(
          field.getDeclaringClass().getName() + "." + field.getName() + ": " + e.getMessage(), e);
    }
  }

  Type type() {
    return type;
  }
}
