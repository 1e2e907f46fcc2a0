package io.duomesh.transport.serialization;

import java.io.IOException;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Chooses how objects of a class are written. */
@SuppressWarnings("ReferenceEquality") // identity is what is meant
final class ObjectWriters {
  static final ClassValue<ObjectWriter> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
          return choose(type);
        }
      };

  private static final ClassShape OPTIONAL = ClassShape.of(Optional.class.getName(), "value");
  private static final ClassShape CLASS = ClassShape.of(Class.class.getName(), "name");

  private ObjectWriters() {}

  private static ObjectWriter choose(Class<?> type) {
    ObjectWriter scalar = scalar(type);
    if (scalar != null) {
      return scalar;
    }
    JdkValue<?> value = JdkValue.of(type);
    if (value != null) {
      return value;
    }
    if (type.isArray()) {
      return ArrayCodec.writer(type);
    }
    if (Map.class.isAssignableFrom(type)) {
      return ContainerWriters.map(type);
    }
    if (Collection.class.isAssignableFrom(type)) {
      return ContainerWriters.collection(type);
    }
    if (Throwable.class.isAssignableFrom(type)) {
      return ThrowableWriter.of(type);
    }
    if (Enum.class.isAssignableFrom(type)) {
      return EnumCodec.writer(type);
    }
    if (isOfTheJdk(type) || type.isHidden() || type.isInterface()) {
      String refusal =
          type.getName() + " cannot be written in Hessian: pass its data in a class or record";
      return (out, object) -> {
        throw new IOException(refusal);
      };
    }
    return type.isRecord() ? RecordCodec.of(type) : BeanCodec.of(type);
  }

  private static @org.jspecify.annotations.Nullable ObjectWriter scalar(Class<?> type) {
    if (type == Byte.class || type == Short.class) {
      return (out, number) -> out.out().writeInt(((Number) number).intValue());
    }
    if (type == Float.class) {
      return (out, number) -> out.out().writeFloat((Float) number);
    }
    if (type == Character.class || type == StringBuilder.class || type == StringBuffer.class) {
      return (out, text) -> out.out().writeString(text.toString());
    }
    if (type == char[].class) {
      return (out, text) -> out.out().writeString(new String((char[]) text));
    }
    if (type == Date.class) {
      return (out, date) -> out.out().writeDate(((Date) date).getTime());
    }
    if (type == Class.class) {
      return (out, value) -> {
        if (!out.wroteReference(value)) {
          out.beginInstance(CLASS);
          out.out().writeString(((Class<?>) value).getName());
        }
      };
    }
    if (type == Optional.class) {
      return (out, optional) -> {
        Object value = ((Optional<?>) optional).orElse(null);
        if (out.isSofa()) {
          out.write(value); // SOFA-Hessian has no form for it
        } else if (!out.wroteReference(optional)) {
          out.beginInstance(OPTIONAL);
          out.write(value);
        }
      };
    }
    if (type == OptionalInt.class) {
      return (out, o) ->
          out.write(((OptionalInt) o).isPresent() ? ((OptionalInt) o).getAsInt() : null);
    }
    if (type == OptionalLong.class) {
      return (out, o) ->
          out.write(((OptionalLong) o).isPresent() ? ((OptionalLong) o).getAsLong() : null);
    }
    if (type == OptionalDouble.class) {
      return (out, o) ->
          out.write(((OptionalDouble) o).isPresent() ? ((OptionalDouble) o).getAsDouble() : null);
    }
    return null;
  }

  /** Whether a class is the platform's own, whose fields are nobody's business. */
  static boolean isOfTheJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }
}
