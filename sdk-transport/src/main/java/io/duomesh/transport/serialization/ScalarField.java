package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fields of the commonest types go, without a box or a look at the value's class. Immutable.
 */
final class ScalarField {
  private interface Writer {
    void write(HessianOutput out, Field field, Object owner)
        throws IOException, IllegalAccessException;
  }

  private interface Setter {
    void set(Field field, Object owner, HessianInput in) throws IllegalAccessException;
  }

  private static final Map<Class<?>, ScalarField> BY_TYPE =
      Map.of(
          String.class,
          new ScalarField(
              Token.STRING,
              (out, field, owner) -> writeText(out, (String) field.get(owner)),
              (field, owner, in) -> field.set(owner, in.text)),
          int.class,
          new ScalarField(
              Token.INT,
              (out, field, owner) -> out.writeInt(field.getInt(owner)),
              (field, owner, in) -> field.setInt(owner, (int) in.number)),
          long.class,
          new ScalarField(
              Token.LONG,
              (out, field, owner) -> out.writeLong(field.getLong(owner)),
              (field, owner, in) -> field.setLong(owner, in.number)),
          boolean.class,
          new ScalarField(
              Token.BOOLEAN,
              (out, field, owner) -> out.writeBoolean(field.getBoolean(owner)),
              (field, owner, in) -> field.setBoolean(owner, in.number != 0)),
          double.class,
          new ScalarField(
              Token.DOUBLE,
              (out, field, owner) -> out.writeDouble(field.getDouble(owner)),
              (field, owner, in) -> field.setDouble(owner, in.real)),
          float.class, // written unlike a boxed one, see writeFloat
          new ScalarField(
              Token.DOUBLE,
              (out, field, owner) -> out.writeDouble(field.getFloat(owner)),
              (field, owner, in) -> field.setFloat(owner, (float) in.real)));

  private final Token token;
  private final Writer writer;
  private final Setter setter;

  private ScalarField(Token token, Writer writer, Setter setter) {
    this.token = token;
    this.writer = writer;
    this.setter = setter;
  }

  /** For fields of a type; null if it is none of these. */
  static @Nullable ScalarField of(Class<?> type) {
    return BY_TYPE.get(type);
  }

  private static void writeText(HessianOutput out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeNull();
    } else {
      out.writeString(text);
    }
  }

  void write(HessianOutput out, Field field, Object owner)
      throws IOException, IllegalAccessException {
    writer.write(out, field, owner);
  }

  /** Whether a token is this type's own; others need a conversion. */
  boolean takes(Token met) {
    return met == token || met == Token.INT && token == Token.LONG;
  }

  /** Sets a field to what a token of this type carries. */
  void set(Field field, Object owner, HessianInput in) throws IllegalAccessException {
    setter.set(field, owner, in);
  }
}
