package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects of ordinary classes, field by field. Immutable but for what it remembers. */
@SuppressWarnings("ReferenceEquality") // identity is what is meant
final class BeanCodec implements ObjectWriter, ObjectReader {
  private static final ClassValue<BeanCodec> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected BeanCodec computeValue(Class<?> type) {
          return new BeanCodec(type);
        }
      };

  private final Class<?> type;
  private final ClassShape shape;
  private final BeanField[] fields;
  // as hessian-lite does: from last to first
  private final ClassShape liteShape;
  private final BeanField[] liteFields;
  private final Map<String, BeanField> byName = new HashMap<>();
  private final @Nullable Constructor<?> constructor;
  private final @Nullable String refusal;

  private volatile @Nullable Plan plan;

  /** The fields behind a definition's names; null for those that the class lacks. */
  private static final class Plan {
    final List<String> names;
    final @Nullable BeanField[] fields;

    Plan(List<String> names, @Nullable BeanField[] fields) {
      this.names = names;
      this.fields = fields;
    }
  }

  private BeanCodec(Class<?> type) {
    this.type = type;
    List<BeanField> found = List.of();
    String problem = null;
    try {
      found = BeanField.of(type);
    } catch (IllegalStateException e) {
      problem = e.getMessage();
    }
    fields = found.toArray(BeanField[]::new);
    shape = ClassShape.of(type.getName(), found.stream().map(BeanField::name).toList());
    List<BeanField> reversed = new ArrayList<>(found);
    Collections.reverse(reversed);
    liteFields = reversed.toArray(BeanField[]::new);
    liteShape = shape.reversed();
    found.forEach(field -> byName.put(field.name(), field));
    refusal = problem;
    constructor = constructor(type);
  }

  static BeanCodec of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  private static @Nullable Constructor<?> constructor(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    try {
      Constructor<?> found = type.getDeclaredConstructor();
      return found.trySetAccessible() ? found : null;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  @Override
  public void write(HessianWriter out, Object value) throws IOException {
    if (out.wroteReference(value)) {
      return;
    }
    checkReach();
    out.beginInstance(out.isSofa() ? shape : liteShape);
    for (BeanField field : out.isSofa() ? fields : liteFields) {
      field.write(out, value);
    }
  }

  @Override
  public Object read(
      HessianReader in, HessianInput.Definition definition, int reference, Type expected)
      throws IOException {
    Object value = create();
    in.setReference(reference, value);
    for (BeanField field : plan(definition.fields)) {
      if (field == null) {
        in.skip();
      } else {
        field.read(in, value, expected);
      }
    }
    return value;
  }

  private @Nullable BeanField[] plan(List<String> names) {
    Plan last = plan;
    if (last == null || last.names != names) { // definitions are cached, so this is rare
      last = new Plan(names, names.stream().map(byName::get).toArray(BeanField[]::new));
      plan = last;
    }
    return last.fields;
  }

  /** Reads an object that a peer wrote as a map of its fields. */
  Object readMap(HessianReader in, int reference, Type expected) throws IOException {
    Object value = create();
    in.setReference(reference, value);
    while (!in.atEnd()) {
      BeanField field = in.value(Object.class) instanceof String name ? byName.get(name) : null;
      if (field == null) {
        in.skip();
      } else {
        field.read(in, value, expected);
      }
    }
    return value;
  }

  private Object create() throws IOException {
    checkReach();
    if (constructor == null) {
      throw new IOException(
          type.getName()
              + " cannot be made: give it a constructor without arguments, or make it a record");
    }
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw new IOException("The constructor of " + type.getName() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IOException(type.getName() + " cannot be made", e);
    }
  }

  private void checkReach() throws IOException {
    if (refusal != null) {
      throw new IOException(refusal);
    }
  }
}
