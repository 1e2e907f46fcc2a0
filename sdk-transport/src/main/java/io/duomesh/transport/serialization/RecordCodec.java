package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Records, by their components and canonical constructor. Immutable. */
final class RecordCodec implements ObjectWriter, ObjectReader {
  private static final ClassValue<RecordCodec> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected RecordCodec computeValue(Class<?> type) {
          return new RecordCodec(type);
        }
      };

  private final ClassShape shape;
  private final MemberType[] types;
  private final Class<?>[] raw;
  private final Method[] accessors;
  private final Constructor<?> constructor;
  private final @Nullable String refusal;

  private RecordCodec(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    shape =
        ClassShape.of(
            type.getName(), Arrays.stream(components).map(RecordComponent::getName).toList());
    types =
        Arrays.stream(components)
            .map(component -> new MemberType(component.getGenericType()))
            .toArray(MemberType[]::new);
    raw = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    accessors = Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
    try {
      constructor = type.getDeclaredConstructor(raw);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // every record has it
    }
    boolean reached = constructor.trySetAccessible();
    for (Method accessor : accessors) {
      reached &= accessor.trySetAccessible();
    }
    refusal =
        reached
            ? null
            : "Record %s is out of reach: open its package to io.duomesh.transport"
                .formatted(type.getName());
  }

  static RecordCodec of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  @Override
  public void write(HessianWriter out, Object value) throws IOException {
    if (out.wroteReference(value)) {
      return;
    }
    checkReach();
    out.beginInstance(shape);
    for (Method accessor : accessors) {
      out.write(invoke(accessor, value));
    }
  }

  private static @Nullable Object invoke(Method accessor, Object value) throws IOException {
    try {
      return accessor.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IOException(accessor + " failed", e);
    }
  }

  @Override
  public Object read(HessianReader in, Definition definition, int reference, Type expected)
      throws IOException {
    checkReach();
    @Nullable Object[] arguments = new @Nullable Object[types.length];
    for (String name : definition.fields) {
      component(in, name, arguments, expected);
    }
    return create(arguments);
  }

  /** Reads a record that a peer wrote as a map of its components. */
  Object readMap(HessianReader in, Type expected) throws IOException {
    checkReach();
    @Nullable Object[] arguments = new @Nullable Object[types.length];
    while (!in.atEnd()) {
      component(in, in.value(Object.class), arguments, expected);
    }
    return create(arguments);
  }

  private void component(
      HessianReader in, @Nullable Object name, @Nullable Object[] arguments, Type expected)
      throws IOException {
    int index = name instanceof String text ? shape.fields().indexOf(text) : -1;
    if (index < 0) {
      in.skip();
    } else {
      arguments[index] = in.value(types[index].in(expected));
    }
  }

  private Object create(@Nullable Object[] arguments) throws IOException {
    for (int i = 0; i < raw.length; i++) {
      if (arguments[i] == null && raw[i].isPrimitive()) {
        arguments[i] = ObjectMaker.nothing(raw[i]);
      }
    }
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IOException(
          "The constructor of " + shape.name() + " refused its components", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IOException(shape.name() + " cannot be made", e);
    }
  }

  private void checkReach() throws IOException {
    if (refusal != null) {
      throw new IOException(refusal);
    }
  }
}
