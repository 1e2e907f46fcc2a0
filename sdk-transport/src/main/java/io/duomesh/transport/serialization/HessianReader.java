package io.duomesh.transport.serialization;

import io.netty.buffer.ByteBuf;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from one Hessian stream, one after the other: later ones may refer to objects and
 * class definitions of earlier ones. Confined to one thread; {@link #close} ends the use of this
 * object, which is then reused.
 *
 * <p>Input is hostile: no class is loaded or made but by leave of the {@link ClassFilter}, nothing
 * is allocated for a length that the bytes at hand cannot hold, and nesting is bounded by 100.
 */
public final class HessianReader implements Closeable {
  /** Reads a field of an object, or leaves it, and it is skipped. */
  @FunctionalInterface
  public interface FieldReader {
    /** Called for each field in the order of the stream; reads at most one value. */
    void read(String field, HessianReader in) throws IOException;
  }

  /** Classes of a message that are looked for in vain, and as many where maps are made of them. */
  private static final int MAX_UNKNOWN = 128;

  private static final int MAX_AS_MAPS = 1024;

  private static final Pool<HessianReader> SOFA = new Pool<>();
  private static final Pool<HessianReader> FINAL = new Pool<>();

  private final boolean sofa;
  private final HessianInput in;
  private final ReadObjects objects = new ReadObjects();
  private final WholeInput whole = new WholeInput();
  private ClassFilter filter = ClassFilter.JDK_ONLY;
  private int depth;
  private int lenient;
  private boolean open;
  private long values;

  private HessianReader(boolean sofa) {
    this.sofa = sofa;
    this.in = sofa ? new SofaInput() : new FinalInput();
  }

  /**
   * A reader of the dialect of {@code com.alipay.sofa:hessian} 3.5.x; reads the stream to its end.
   */
  public static HessianReader sofa(InputStream from, ClassFilter filter) throws IOException {
    return open(true, from, filter);
  }

  /** A reader of the dialect of {@code com.alipay.sofa:hessian} 3.5.x; the buffer is left as is. */
  public static HessianReader sofa(ByteBuf from, int index, int length, ClassFilter filter) {
    HessianReader reader = open(true, filter);
    return reader.attach(reader.whole.read(from, index, length), 0, length);
  }

  /** A reader of the dialect of {@code com.alipay.sofa:hessian} 3.5.x; the bytes are not copied. */
  public static HessianReader sofa(byte[] bytes, int offset, int length, ClassFilter filter) {
    return open(true, filter).attach(bytes, offset, length);
  }

  /** A reader of final Hessian 2; reads the stream to its end. */
  public static HessianReader hessian2(InputStream from, ClassFilter filter) throws IOException {
    return open(false, from, filter);
  }

  /** A reader of final Hessian 2; the bytes are not copied. */
  public static HessianReader hessian2(byte[] bytes, int offset, int length, ClassFilter filter) {
    return open(false, filter).attach(bytes, offset, length);
  }

  private static HessianReader open(boolean sofa, InputStream from, ClassFilter filter)
      throws IOException {
    HessianReader reader = open(sofa, filter);
    byte[] bytes = reader.whole.read(from);
    return reader.attach(bytes, 0, reader.whole.count());
  }

  private static HessianReader open(boolean sofa, ClassFilter filter) {
    HessianReader pooled = (sofa ? SOFA : FINAL).take();
    HessianReader reader = pooled == null ? new HessianReader(sofa) : pooled;
    reader.filter = filter;
    reader.open = true;
    return reader;
  }

  private HessianReader attach(byte[] bytes, int offset, int length) {
    in.attach(bytes, offset, length);
    objects.begin(length);
    return this;
  }

  /** Whether bytes are left. */
  public boolean hasNext() {
    return in.remaining() > 0;
  }

  /**
   * Reads a value.
   *
   * @param expected its type, for what the stream does not say: short or int, the elements of
   *     lists, plain objects behind maps; {@code Object.class} where nothing is known
   * @return the value, of the expected type or null
   * @throws IOException if it is malformed, of another type, or of a class that is not allowed
   */
  public @Nullable Object read(Type expected) throws IOException {
    try {
      return value(expected);
    } catch (LinkageError | StackOverflowError e) {
      throw failure(e);
    }
  }

  /** Reads a value of an expected type as {@link #read} does, or an exception in its place. */
  public @Nullable Object readOrThrown(Type expected) throws IOException {
    try {
      Object value = any(token(), expected);
      return value instanceof Throwable ? value : Scalars.as(value, Types.raw(expected));
    } catch (LinkageError | StackOverflowError e) {
      throw failure(e);
    }
  }

  /** A class that is allowed cannot be initialized, or lacks another; or calls itself for ever. */
  private static IOException failure(Error e) {
    return new HessianException("A class of Hessian input cannot be used: " + e, e);
  }

  /**
   * Reads an object's fields without its class.
   *
   * @return the name of its class, or null if there is none here but a null
   * @throws IOException if the next value is no object
   */
  public @Nullable String readObject(FieldReader fields) throws IOException {
    Token token = token();
    if (token == Token.NULL) {
      return null;
    }
    if (token != Token.OBJECT) {
      throw new HessianException("Expected an object and met " + token);
    }
    String name = in.definition.name;
    List<String> names = in.definition.fields;
    objects.add();
    for (int i = 0; i < names.size(); i++) { // no iterator: this is every call's way
      long before = values;
      fields.read(names.get(i), this);
      if (values == before) {
        skip();
      }
    }
    return name;
  }

  /** Reads a value and drops it; its objects keep their numbers. */
  public void skip() throws IOException {
    if (in.skipString()) {
      values++;
      objects.scalar();
    } else {
      readOrMap();
    }
  }

  /**
   * Reads a value whose strings are names that calls repeat, such as a method's: they are made once
   * and kept.
   */
  public @Nullable Object readNames(Type expected) throws IOException {
    in.repeats = true;
    Object value = read(expected);
    in.repeats = false;
    return value;
  }

  /** Reads a value in which objects of refused classes are maps. */
  public @Nullable Object readOrMap() throws IOException {
    lenient++;
    Object value = read(Object.class);
    lenient--;
    return value;
  }

  @Nullable Object value(Type expected) throws IOException {
    return value(token(), expected);
  }

  /** Reads the token that begins a value; what it carries stands in {@link #tokens}. */
  Token token() throws IOException {
    values++;
    objects.scalar();
    return in.next();
  }

  HessianInput tokens() {
    return in;
  }

  /** The value that a token begins, of the expected type. */
  @Nullable Object value(Token token, Type expected) throws IOException {
    Class<?> raw = Types.raw(expected);
    Object value = any(token, expected);
    Object made = Scalars.as(filter.textsAsValues() ? TextValues.as(value, raw) : value, raw);
    if (made instanceof BigDecimal decimal) {
      objects.addDecimal(decimal);
    }
    return made;
  }

  /** The value that a token begins, read in the light of the expected type. */
  private @Nullable Object any(Token token, Type expected) throws IOException {
    switch (token) {
      case NULL:
        return null;
      case BOOLEAN:
        return in.number != 0;
      case INT:
        return (int) in.number;
      case LONG:
        return in.number;
      case DOUBLE:
        return in.real;
      case DATE:
        return new Date(in.number);
      case STRING:
        return in.text;
      case BYTES:
        return in.bytes;
      case REF:
        Object known = objects.get(in.number);
        return known instanceof Throwable ? known : Containers.fit(this, known, expected);
      default:
        return compound(token, expected);
    }
  }

  private @Nullable Object compound(Token token, Type expected) throws IOException {
    if (++depth > HessianWriter.MAX_DEPTH) {
      throw new HessianException("Hessian input is nested deeper than " + HessianWriter.MAX_DEPTH);
    }
    int reference = objects.add();
    Object value;
    if (token == Token.OBJECT) {
      Definition definition = in.definition;
      boolean isOptional = Types.raw(expected) == java.util.Optional.class;
      Type inner = isOptional ? Types.argument(expected, 0) : expected;
      ObjectReader reader = reader(definition);
      objects.enter(reference, reader.isOpaque());
      value = reader.read(this, definition, reference, inner);
    } else {
      objects.enter(reference, false);
      value =
          token == Token.LIST
              ? Containers.list(this, in, reference, expected)
              : Containers.map(this, in, reference, expected);
    }
    objects.set(reference, value);
    objects.leave();
    depth--;
    return value;
  }

  private ObjectReader reader(Definition definition) throws IOException {
    boolean asMaps = lenient > 0;
    ObjectReader known = asMaps ? definition.lenientReader : definition.reader;
    if (known != null) {
      return known;
    }
    ObjectReader found = ObjectReaders.of(definition, this);
    if (asMaps) {
      definition.lenientReader = found;
    } else {
      definition.reader = found;
    }
    return found;
  }

  ReadObjects objects() {
    return objects;
  }

  void setReference(int reference, @Nullable Object object) {
    objects.set(reference, object);
  }

  boolean atEnd() throws IOException {
    return in.atEnd();
  }

  boolean isSofa() {
    return sofa;
  }

  ClassFilter filter() {
    return filter;
  }

  /** Whether objects of refused classes become maps here. */
  boolean othersAsMaps() {
    return lenient > 0 || filter.othersAsMaps();
  }

  /** The class of a name, or null where it is not allowed or not there. */
  @Nullable Class<?> find(String name) throws IOException {
    return DeniedClasses.denies(name) ? null : findAllowed(name);
  }

  /** As {@link #find} for a name that is known not to be denied. */
  @Nullable Class<?> findAllowed(String name) throws IOException {
    Class<?> found = filter.find(name);
    if (found == null && !filter.equals(ClassFilter.GENERIC)) { // which does not look for any
      objects.addUnknown(filter.othersAsMaps() ? MAX_AS_MAPS : MAX_UNKNOWN);
    }
    return found;
  }

  /** The class of a name that the filter allows; throws for others. */
  Class<?> classOf(String name) throws IOException {
    Class<?> found = find(name);
    if (found == null) {
      throw DeniedClasses.refusal(name, filter);
    }
    return found;
  }

  /** Ends the use of this object. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    in.detach();
    objects.clear();
    filter = ClassFilter.JDK_ONLY;
    depth = 0;
    lenient = 0;
    in.repeats = false; // an exception may have left it
    (sofa ? SOFA : FINAL).give(this);
  }
}
