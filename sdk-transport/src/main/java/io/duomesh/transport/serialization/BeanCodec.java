package io.duomesh.transport.serialization;

import java.io.IOException;
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
  private final ObjectMaker maker;
  private final @Nullable Replacement writing;
  private final @Nullable Replacement reading;
  private final boolean isOpaque;
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
    maker = new ObjectMaker(type);
    writing = Replacement.writing(type);
    reading = Replacement.reading(type);
    isOpaque = isOpaque(type);
  }

  static BeanCodec of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  private static boolean isOpaque(Class<?> type) {
    try {
      return type.getMethod("hashCode").getDeclaringClass() == Object.class;
    } catch (NoSuchMethodException | LinkageError e) {
      return false; // a method of it mentions a class that is not there
    }
  }

  @Override
  public boolean isOpaque() {
    return isOpaque;
  }

  @Override
  public void write(HessianWriter out, Object value) throws IOException {
    if (writing != null) {
      Object replacement = writing.of(value);
      if (replacement == null || replacement.getClass() != type) {
        out.write(replacement);
        return;
      }
    }
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
  public @Nullable Object read(
      HessianReader in, Definition definition, int reference, Type expected) throws IOException {
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
    return resolved(value);
  }

  /** Reads an object that a peer wrote as a map of its fields. */
  @Nullable Object readMap(HessianReader in, int reference, Type expected) throws IOException {
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
    return resolved(value);
  }

  private Object create() throws IOException {
    checkReach();
    return maker.make();
  }

  private @Nullable Object resolved(Object value) throws IOException {
    return reading == null ? value : reading.of(value);
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
