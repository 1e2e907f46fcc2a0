package io.duomesh.transport.serialization;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects of ordinary classes, field by field. Immutable but for what it remembers. */
final class BeanCodec implements ObjectWriter, ObjectReader {
  private static final ClassValue<BeanCodec> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected BeanCodec computeValue(Class<?> type) {
          return new BeanCodec(type);
        }
      };

  private final Class<?> type;
  private final BeanFields sofa;
  private final BeanFields lite;
  private final @Nullable Constructor<?> constructor;
  private final @Nullable String refusal;

  private BeanCodec(Class<?> type) {
    this.type = type;
    List<BeanField> found = List.of();
    String problem = null;
    try {
      found = BeanField.of(type);
    } catch (IllegalStateException e) {
      problem = e.getMessage();
    }
    sofa = BeanFields.sofa(type.getName(), found);
    lite = BeanFields.lite(type.getName(), found);
    refusal = problem;
    constructor = constructor(type);
  }

  static BeanCodec of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  private static @Nullable Constructor<?> constructor(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers()) || Throwable.class.isAssignableFrom(type)) {
      return null; // exceptions are a reader's own
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
    BeanFields all = out.isSofa() ? sofa : lite;
    out.beginInstance(all.shape);
    try {
      for (BeanField field : all.fields) {
        field.write(out, value);
      }
    } catch (IllegalAccessException e) {
      throw unreachable(e);
    }
  }

  @Override
  public Object read(HessianReader in, Definition definition, int reference, Type expected)
      throws IOException {
    Object value = create();
    in.setReference(reference, value);
    try {
      for (BeanField field : (in.isSofa() ? sofa : lite).of(definition.fields)) {
        if (field == null) {
          in.skip();
        } else {
          field.read(in, value, expected);
        }
      }
    } catch (IllegalAccessException e) {
      throw unreachable(e);
    }
    return value;
  }

  /** Reads an object that a peer wrote as a map of its fields. */
  Object readMap(HessianReader in, int reference, Type expected) throws IOException {
    Object value = create();
    in.setReference(reference, value);
    try {
      while (!in.atEnd()) {
        BeanField field = in.value(Object.class) instanceof String name ? sofa.named(name) : null;
        if (field == null) {
          in.skip();
        } else {
          field.read(in, value, expected);
        }
      }
    } catch (IllegalAccessException e) {
      throw unreachable(e);
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

  private IOException unreachable(IllegalAccessException e) {
    return new IOException("A field of " + type.getName() + " is out of reach", e);
  }

  private void checkReach() throws IOException {
    if (refusal != null) {
      throw new IOException(refusal);
    }
  }
}
