package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** How a field goes: the commonest types without a box or a look at the value's class. */
enum FieldKind {
  TEXT(Token.STRING),
  INT(Token.INT),
  LONG(Token.LONG),
  BOOLEAN(Token.BOOLEAN),
  DOUBLE(Token.DOUBLE),
  FLOAT(Token.DOUBLE), // written unlike a boxed one, see writeFloat
  OTHER(null);

  private final @Nullable Token token;

  FieldKind(@Nullable Token token) {
    this.token = token;
  }

  static FieldKind of(Class<?> type) {
    if (type == String.class) {
      return TEXT;
    }
    if (type == int.class) {
      return INT;
    }
    if (type == long.class) {
      return LONG;
    }
    if (type == boolean.class) {
      return BOOLEAN;
    }
    if (type == double.class) {
      return DOUBLE;
    }
    return type == float.class ? FLOAT : OTHER;
  }

  /** Whether a token is this kind's own; others need a conversion. */
  boolean takes(Token met) {
    return met == token || met == Token.INT && this == LONG;
  }

  /** Writes what an object has in a field. */
  void write(HessianWriter to, Field field, Object owner)
      throws IOException, IllegalAccessException {
    HessianOutput out = to.out();
    switch (this) {
      case TEXT -> {
        String text = (String) field.get(owner);
        if (text == null) {
          out.writeNull();
        } else {
          out.writeString(text);
        }
      }
      case INT -> out.writeInt(field.getInt(owner));
      case LONG -> out.writeLong(field.getLong(owner));
      case BOOLEAN -> out.writeBoolean(field.getBoolean(owner));
      case DOUBLE -> out.writeDouble(field.getDouble(owner));
      case FLOAT -> out.writeDouble(field.getFloat(owner));
      case OTHER -> to.write(field.get(owner));
    }
  }

  /** Sets a field to what a token that this kind takes carries. */
  void set(Field field, Object owner, HessianInput in) throws IllegalAccessException {
    switch (this) {
      case TEXT -> field.set(owner, in.text);
      case INT -> field.setInt(owner, (int) in.number);
      case LONG -> field.setLong(owner, in.number);
      case BOOLEAN -> field.setBoolean(owner, in.number != 0);
      case DOUBLE -> field.setDouble(owner, in.real);
      case FLOAT -> field.setFloat(owner, (float) in.real);
      case OTHER -> throw new IllegalStateException("takes no token");
    }
  }
}
