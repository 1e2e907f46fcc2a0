package io.duomesh.transport.serialization;

import io.duomesh.transport.serialization.HessianInput.Definition;
import io.duomesh.transport.serialization.HessianInput.Token;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from one Hessian stream, one after the other: later ones may refer to objects and
 * class definitions of earlier ones. Confined to one thread; {@link #close} ends the use of this
 * object, which is then reused.
 *
 * <p>Input is hostile: no class is loaded or made but by leave of the {@link ClassFilter}, nothing
 * is allocated for a length that the bytes at hand cannot hold, and nesting is bounded by 100.
 */
@SuppressWarnings("ReferenceEquality") // identity is what is meant
public final class HessianReader implements Closeable {
  /** Reads a field of an object, or leaves it, and it is skipped. */
  @FunctionalInterface
  public interface FieldReader {
    /** Called for each field in the order of the stream; reads at most one value. */
    void read(String field, HessianReader in) throws IOException;
  }

  private static final int KEPT_BUFFER = 64 * 1024;
  private static final long MAX_WEIGHT = Long.MAX_VALUE / 4;
  private static final long MAX_HASHED = 1_000_000;
  private static final Object UNFINISHED = new Object();
  private static final Pool<HessianReader> SOFA = new Pool<>();
  private static final Pool<HessianReader> FINAL = new Pool<>();

  private final boolean sofa;
  private final HessianInput in;
  private byte[] buffer = new byte[1024];
  private final List<@Nullable Object> references = new ArrayList<>();
  private ClassFilter filter = ClassFilter.JDK_ONLY;
  private int depth;
  private int lenient;
  private boolean open;
  private long values;
  private int size;
  // how many nodes a walk along the references of each object takes: sharing makes it exponential
  private long[] weights = new long[16];
  private long weight;
  private long lastWeight;
  private long hashed;

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

  static HessianReader open(boolean sofa, InputStream from, ClassFilter filter) throws IOException {
    HessianReader reader = open(sofa, filter);
    byte[] bytes = reader.buffer;
    int count = 0;
    int read = 0;
    while (read >= 0) {
      count += read;
      if (count == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(count * 2, count + from.available()));
      }
      read = from.read(bytes, count, bytes.length - count);
    }
    if (bytes.length <= KEPT_BUFFER) {
      reader.buffer = bytes;
    }
    return reader.attach(bytes, 0, count);
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
    size = length;
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
   * @return the value, of the expected type or null; or an exception, whatever was expected
   * @throws IOException if it is malformed, of another type, or of a class that is not allowed
   */
  public @Nullable Object read(Type expected) throws IOException {
    return value(expected);
  }

  /**
   * Reads an object's fields without its class.
   *
   * @return the name of its class, or null if there is none here but a null
   * @throws IOException if the next value is no object
   */
  public @Nullable String readObject(FieldReader fields) throws IOException {
    values++;
    Token token = in.next();
    if (token == Token.NULL) {
      return null;
    }
    if (token != Token.OBJECT) {
      throw new IOException("Expected an object and met " + token);
    }
    Definition definition = in.definition;
    addReference(1);
    for (String field : definition.fields) {
      long before = values;
      fields.read(field, this);
      if (values == before) {
        skip();
      }
    }
    return definition.name;
  }

  /** Reads a value and drops it; its objects keep their numbers. */
  public void skip() throws IOException {
    valueOrMap();
  }

  /** Reads a value in which objects of refused classes are maps. */
  public @Nullable Object valueOrMap() throws IOException {
    lenient++;
    Object value = value(Object.class);
    lenient--;
    return value;
  }

  @Nullable Object value(Type expected) throws IOException {
    values++;
    weight++;
    lastWeight = 1;
    Token token = in.next();
    if (token == Token.STRING && expected == String.class) {
      return in.text;
    }
    Class<?> raw = Types.raw(expected);
    switch (token) {
      case NULL:
        return Scalars.as(null, raw);
      case BOOLEAN:
        return Scalars.as(in.number != 0, raw);
      case INT:
        return Scalars.as((int) in.number, raw);
      case LONG:
        return Scalars.as(in.number, raw);
      case DOUBLE:
        return Scalars.as(in.real, raw);
      case DATE:
        return Scalars.as(new Date(in.number), raw);
      case STRING:
        return Scalars.as(in.text, raw);
      case BYTES:
        return Scalars.as(in.bytes, raw);
      case REF:
        return Containers.fit(reference(in.number), expected);
      default:
        break;
    }
    if (++depth > HessianWriter.MAX_DEPTH) {
      throw new IOException("Hessian input is nested deeper than " + HessianWriter.MAX_DEPTH);
    }
    long around = weight;
    weight = 1;
    int reference = references.size();
    Object value = compound(token, expected, raw);
    lastWeight = weight;
    weights[reference] = weight;
    weight = Math.min(around + weight, MAX_WEIGHT);
    depth--;
    return value instanceof Throwable ? value : Scalars.as(value, raw);
  }

  private @Nullable Object compound(Token token, Type expected, Class<?> raw) throws IOException {
    int reference = references.size();
    addReference(0);
    Object value;
    if (token == Token.OBJECT) {
      Definition definition = in.definition;
      ObjectReader reader = definition.reader;
      if (reader == null || lenient > 0) {
        reader = ObjectReaders.of(definition, this);
        definition.reader = lenient > 0 ? null : reader;
      }
      Type inner = raw == java.util.Optional.class ? Types.argument(expected, 0) : expected;
      value = reader.read(this, definition, reference, inner);
    } else if (token == Token.LIST) {
      value = Containers.list(this, in, reference, expected);
    } else {
      value = Containers.map(this, in, reference, expected);
    }
    setReference(reference, value);
    return value;
  }

  private void addReference(long knownWeight) {
    int number = references.size();
    references.add(UNFINISHED);
    if (number == weights.length) {
      weights = Arrays.copyOf(weights, number * 2);
    }
    weights[number] = knownWeight;
  }

  private @Nullable Object reference(long number) throws IOException {
    if (number < 0 || number >= references.size()) {
      throw new IOException(
          "Hessian input refers to object " + number + " of " + references.size());
    }
    Object object = references.get((int) number);
    if (object == UNFINISHED) {
      throw new IOException(
          "Hessian input refers to a record or value that is not complete yet: "
              + "only plain classes and collections can be part of a cycle");
    }
    long known = weights[(int) number];
    boolean endless = known == 0 && (object instanceof Collection || object instanceof Map);
    lastWeight = endless ? MAX_WEIGHT : Math.max(known, 1);
    weight = Math.min(weight + lastWeight, MAX_WEIGHT);
    return object;
  }

  /** Called before the last value is hashed; throws if that could take unreasonable time. */
  void countHashing() throws IOException {
    hashed = Math.min(hashed + lastWeight, MAX_WEIGHT);
    if (hashed > MAX_HASHED + size) {
      throw new IOException("Hessian input is refused: hashing its sets and keys would not end");
    }
  }

  void setReference(int reference, @Nullable Object object) {
    references.set(reference, object);
  }

  boolean atEnd() throws IOException {
    return in.atEnd();
  }

  ClassFilter filter() {
    return filter;
  }

  /** Whether objects of refused classes become maps here. */
  boolean othersAsMaps() {
    return lenient > 0 || filter.othersAsMaps();
  }

  /** The class of a name that the filter allows; throws for others. */
  Class<?> classOf(String name) throws IOException {
    Class<?> found = DeniedClasses.denies(name) ? null : filter.find(name);
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
    in.attach(HessianInput.NO_BYTES, 0, 0);
    references.clear();
    if (weights.length > KEPT_BUFFER / Long.BYTES) {
      weights = new long[16];
    }
    weight = 0;
    hashed = 0;
    filter = ClassFilter.JDK_ONLY;
    depth = 0;
    lenient = 0;
    (sofa ? SOFA : FINAL).give(this);
  }
}
