package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A field of a class that goes over the wire. Immutable. */
final class BeanField {
  final Field field;
  private final FieldKind kind;
  private final Class<?> raw;
  private final MemberType type;

  private BeanField(Field field) {
    this.field = field;
    this.raw = field.getType();
    this.kind = FieldKind.of(raw);
    this.type = new MemberType(field.getGenericType());
  }

  /**
   * The fields of a class and its superclasses up to those of the JDK: primitives and {@code
   * java.lang} types first, as the peers write them; those that a subclass hides too.
   *
   * @throws IllegalStateException if a field cannot be reached; the message says what to do
   */
  static List<BeanField> of(Class<?> type) {
    List<BeanField> plain = new ArrayList<>();
    List<BeanField> compound = new ArrayList<>();
    for (Class<?> c = type; c != null && !ObjectWriters.isOfTheJdk(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())
            || Modifier.isTransient(field.getModifiers())
            || field.isSynthetic()) {
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

  Type type() {
    return type.declared();
  }

  /** Writes the value that an object has in this field. */
  void write(HessianWriter out, Object owner) throws IOException, IllegalAccessException {
    kind.write(out, field, owner);
  }

  /** Reads a value into this field of an object. */
  void read(HessianReader in, Object owner, Type ownerType)
      throws IOException, IllegalAccessException {
    Token token = in.token();
    if (kind.takes(token)) {
      kind.set(field, owner, in.tokens());
      return;
    }
    Object value;
    try {
      value = in.value(token, type.in(ownerType));
    } catch (HessianException e) {
      throw e.at(this);
    }
    set(owner, value);
  }

  /** Sets a value, converted if need be; null leaves a primitive as it is. */
  void set(Object owner, @Nullable Object value) throws IOException, IllegalAccessException {
    if (value != null || !raw.isPrimitive()) { // as with a field that the peer does not send
      field.set(owner, Scalars.as(value, raw));
    }
  }

  @Override
  public String toString() {
    return field.getDeclaringClass().getName() + "." + field.getName();
  }
}
