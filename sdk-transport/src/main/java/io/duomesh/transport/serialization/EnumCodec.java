package io.duomesh.transport.serialization;

import java.io.IOException;

/** Constants of enums: objects with one field, their name. */
final class EnumCodec {
  private EnumCodec() {}

  static ObjectWriter writer(Class<?> type) {
    // a constant with a body of its own is of a class of its own
    if (!type.isEnum()) {
      return ObjectWriter.of(type.getSuperclass());
    }
    ClassShape shape = ClassShape.of(type.getName(), "name");
    return (out, value) -> {
      if (!out.wroteReference(value)) {
        out.beginInstance(shape);
        out.out().writeString(((Enum<?>) value).name());
      }
    };
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static Object constant(Class<?> type, String name) throws IOException {
    try {
      return Enum.valueOf((Class) type, name); // found by a table that the class keeps
    } catch (IllegalArgumentException e) {
      throw new HessianException(
          type.getName() + " has no constant " + name + ": is the peer's version of it newer?");
    }
  }

  static ObjectReader reader(Class<?> named) {
    Class<?> type = named.isEnum() ? named : named.getSuperclass(); // SOFA names a constant's own
    return (in, definition, reference, expected) -> {
      String name = null;
      for (String field : definition.fields) {
        Object value = in.value(Object.class);
        if (field.equals("name") && value instanceof String text) {
          name = text;
        }
      }
      if (name == null) {
        throw new HessianException(type.getName() + " arrived without the name of its constant");
      }
      return constant(type, name);
    };
  }
}
