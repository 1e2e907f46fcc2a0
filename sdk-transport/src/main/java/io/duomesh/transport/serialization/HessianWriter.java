package io.duomesh.transport.serialization;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes values to one Hessian stream, one after the other: later ones refer to objects and class
 * definitions of earlier ones. Confined to one thread; {@link #close} hands the last bytes to the
 * stream below, leaves that open, and ends the use of this object, which is then reused.
 *
 * <p>Objects are written by their fields (not static, transient or synthetic), records by their
 * components, exceptions by what their public methods tell. Nesting is bounded by 100.
 */
public final class HessianWriter implements Closeable {
  static final int MAX_DEPTH = 100;
  private static final Pool<HessianWriter> SOFA = new Pool<>();
  private static final Pool<HessianWriter> FINAL = new Pool<>();

  private static final OutputStream NOWHERE = OutputStream.nullOutputStream();
  private static final ObjectWriter NO_WRITER = (out, value) -> {};

  private final boolean sofa;
  private final HessianOutput out;
  private final ReferenceTable references = new ReferenceTable();
  private final DefinedShapes defined = new DefinedShapes();
  private ClassFilter filter = ClassFilter.JDK_ONLY;
  private @Nullable Class<?> lastType;
  private ObjectWriter lastWriter = NO_WRITER;
  private int depth;
  private boolean open;

  private HessianWriter(boolean sofa) {
    this.sofa = sofa;
    this.out = sofa ? new SofaOutput() : new FinalOutput();
  }

  /** A writer of the dialect of {@code com.alipay.sofa:hessian} 3.5.x, which Bolt speaks. */
  public static HessianWriter sofa(OutputStream out, ClassFilter filter) {
    return open(true, out, filter);
  }

  /** A writer of final Hessian 2, which Dubbo's wrapper form speaks. */
  public static HessianWriter hessian2(OutputStream out, ClassFilter filter) {
    return open(false, out, filter);
  }

  static HessianWriter open(boolean sofa, OutputStream out, ClassFilter filter) {
    HessianWriter pooled = (sofa ? SOFA : FINAL).take();
    HessianWriter writer = pooled == null ? new HessianWriter(sofa) : pooled;
    writer.out.attach(out);
    writer.filter = filter;
    writer.open = true;
    return writer;
  }

  /**
   * Writes a value with all that it refers to.
   *
   * @throws IOException if a class cannot be written; the message names it and says what to do
   */
  public void write(@Nullable Object value) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof String string) {
      out.writeString(string);
    } else if (value instanceof Integer number) {
      out.writeInt(number);
    } else if (value instanceof Long number) {
      out.writeLong(number);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof Double number) {
      out.writeDouble(number);
    } else if (value instanceof byte[] bytes) {
      out.writeBytes(bytes);
    } else {
      writeObject(value);
    }
  }

  private void writeObject(Object value) throws IOException {
    if (++depth > MAX_DEPTH) {
      throw new IOException(
          value.getClass().getName() + " cannot be written: nested deeper than " + MAX_DEPTH);
    }
    Class<?> type = value.getClass();
    if (type != lastType) { // lists mostly hold objects of one class
      lastType = type;
      lastWriter = ObjectWriter.of(type);
    }
    lastWriter.write(this, value);
    depth--;
  }

  /**
   * Begins an object; the values of the shape's fields are then written in order, and nothing ends
   * it. The class itself need not exist.
   */
  public void beginObject(ClassShape shape) throws IOException {
    references.skip();
    beginInstance(shape);
  }

  /** Takes a number for an object that nothing will refer to. */
  void skipReference() {
    references.skip();
  }

  void beginInstance(ClassShape shape) throws IOException {
    int number = defined.numberOrAdd(shape);
    if (number < 0) {
      number = defined.size() - 1;
      if (number == HessianInput.MAX_NAMES) {
        throw new IOException("Objects of more than " + number + " classes cannot be written");
      }
      byte[] definition = shape.definition(sofa);
      out.writeRaw(definition, 0, definition.length);
    }
    out.beginInstance(number);
  }

  /** The shape of these names that the stream knows, or a new one. */
  ClassShape shape(String className, List<String> fields) {
    return defined.named(className, fields);
  }

  /** Whether an object is in the stream already, and a reference to it has been written. */
  boolean wroteReference(Object object) throws IOException {
    int number = references.numberOrAdd(object);
    if (number < 0) {
      return false;
    }
    out.writeRef(number);
    return true;
  }

  HessianOutput out() {
    return out;
  }

  boolean isSofa() {
    return sofa;
  }

  ClassFilter filter() {
    return filter;
  }

  /** Hands what has been written to the stream below. */
  public void flush() throws IOException {
    out.flushBuffer();
  }

  /** Flushes; this object must not be used any more. Does not close the stream below. */
  @Override
  public void close() throws IOException {
    if (!open) {
      return;
    }
    open = false;
    try {
      out.flushBuffer();
    } finally {
      out.attach(NOWHERE);
      references.clear();
      defined.clear();
      filter = ClassFilter.JDK_ONLY;
      lastType = null;
      lastWriter = NO_WRITER;
      depth = 0;
      (sofa ? SOFA : FINAL).give(this);
    }
  }
}
