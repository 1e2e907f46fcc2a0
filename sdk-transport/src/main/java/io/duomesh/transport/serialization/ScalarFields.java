package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Type;

/** Fields of the commonest types, without a box or a look at the value's class. */
final class ScalarFields {
  private ScalarFields() {}

  /** The field's own kind, else the general one. */
  static BeanField of(Field field) {
    Class<?> type = field.getType();
    if (type == String.class) {
      return new OfString(field);
    }
    if (type == int.class) {
      return new OfInt(field);
    }
    if (type == long.class) {
      return new OfLong(field);
    }
    if (type == boolean.class) {
      return new OfBoolean(field);
    }
    if (type == double.class) {
      return new OfDouble(field);
    }
    return type == float.class ? new OfFloat(field) : new BeanField(field);
  }

  private static final class OfString extends BeanField {
    OfString(Field field) {
      super(field);
    }

    @Override
    void write(HessianWriter out, Object owner) throws IOException, IllegalAccessException {
      Object value = field.get(owner);
      if (value == null) {
        out.out().writeNull();
      } else {
        out.out().writeString((String) value);
      }
    }

    @Override
    void read(HessianReader in, Object owner, Type ownerType)
        throws IOException, IllegalAccessException {
      Token token = in.token();
      if (token == Token.STRING) {
        field.set(owner, in.tokens().text);
      } else {
        set(owner, in.value(token, String.class));
      }
    }
  }

  private static final class OfInt extends BeanField {
    OfInt(Field field) {
      super(field);
    }

    @Override
    void write(HessianWriter out, Object owner) throws IOException, IllegalAccessException {
      out.out().writeInt(field.getInt(owner));
    }

    @Override
    void read(HessianReader in, Object owner, Type ownerType)
        throws IOException, IllegalAccessException {
      Token token = in.token();
      if (token == Token.INT) {
        field.setInt(owner, (int) in.tokens().number);
      } else {
        set(owner, in.value(token, int.class));
      }
    }
  }

  private static final class OfLong extends BeanField {
    OfLong(Field field) {
      super(field);
    }

    @Override
    void write(HessianWriter out, Object owner) throws IOException, IllegalAccessException {
      out.out().writeLong(field.getLong(owner));
    }

    @Override
    void read(HessianReader in, Object owner, Type ownerType)
        throws IOException, IllegalAccessException {
      Token token = in.token();
      if (token == Token.LONG || token == Token.INT) {
        field.setLong(owner, in.tokens().number);
      } else {
        set(owner, in.value(token, long.class));
      }
    }
  }

  private static final class OfBoolean extends BeanField {
    OfBoolean(Field field) {
      super(field);
    }

    @Override
    void write(HessianWriter out, Object owner) throws IOException, IllegalAccessException {
      out.out().writeBoolean(field.getBoolean(owner));
    }

    @Override
    void read(HessianReader in, Object owner, Type ownerType)
        throws IOException, IllegalAccessException {
      Token token = in.token();
      if (token == Token.BOOLEAN) {
        field.setBoolean(owner, in.tokens().number != 0);
      } else {
        set(owner, in.value(token, boolean.class));
      }
    }
  }

  private static final class OfDouble extends BeanField {
    OfDouble(Field field) {
      super(field);
    }

    @Override
    void write(HessianWriter out, Object owner) throws IOException, IllegalAccessException {
      out.out().writeDouble(field.getDouble(owner));
    }

    @Override
    void read(HessianReader in, Object owner, Type ownerType)
        throws IOException, IllegalAccessException {
      Token token = in.token();
      if (token == Token.DOUBLE) {
        field.setDouble(owner, in.tokens().real);
      } else {
        set(owner, in.value(token, double.class));
      }
    }
  }

  private static final class OfFloat extends BeanField {
    OfFloat(Field field) {
      super(field);
    }

    @Override
    void write(HessianWriter out, Object owner) throws IOException, IllegalAccessException {
      out.out().writeDouble(field.getFloat(owner)); // unlike a boxed one, see writeFloat
    }
  }
}
