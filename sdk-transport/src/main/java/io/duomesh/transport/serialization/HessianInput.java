package io.duomesh.transport.serialization;

import io.duomesh.transport.serialization.DefinitionCache.Names;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a Hessian stream apart into tokens: what both dialects share. Nothing is allocated for a
 * length that the bytes at hand cannot hold, all lists of a stream together. Confined to one
 * thread.
 */
abstract sealed class HessianInput permits SofaInput, FinalInput {
  /** What a stream is made of. */
  enum Token {
    NULL,
    BOOLEAN,
    INT,
    LONG,
    DOUBLE,
    DATE,
    STRING,
    BYTES,
    LIST,
    MAP,
    OBJECT,
    REF
  }

  /** The class of objects in a stream, by name only. */
  static final class Definition {
    final Names names;
    final String name;
    final List<String> fields;
    @Nullable ObjectReader reader; // chosen at the first instance

    Definition(Names names) {
      this.names = names;
      this.name = names.name;
      this.fields = names.fields;
    }
  }

  static final byte[] NO_BYTES = {};
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NON_ASCII = 0x8080808080808080L;

  private static final Definition NONE = new Definition(new Names(NO_BYTES, "", List.of(), null));

  private final DefinitionCache cache;
  private byte[] data = NO_BYTES;
  private int position;
  private int limit;
  private int unclaimed;
  private final List<String> types = new ArrayList<>();
  private final List<Definition> definitions = new ArrayList<>();

  // what the last token carries; only the parts of its kind are valid
  long number;
  double real;
  String text = "";
  byte[] bytes = NO_BYTES;
  @Nullable String type;
  int length;
  boolean ended;
  Definition definition = NONE;

  HessianInput(DefinitionCache cache) {
    this.cache = cache;
  }

  final void attach(byte[] bytes, int offset, int count) {
    data = bytes;
    position = offset;
    limit = offset + count;
    unclaimed = count;
    types.clear();
    definitions.clear();
  }

  /** Reads a token, its scalars included; −1 in {@link #length} is a list of unknown length. */
  abstract Token next() throws IOException;

  /** Whether the next byte ends a list or map. */
  abstract boolean atEnd() throws IOException;

  final void readEnd() throws IOException {
    if (!atEnd()) {
      throw malformed("a list or map does not end where it should", peek());
    }
    position++;
  }

  final int remaining() {
    return limit - position;
  }

  final int readByte() throws IOException {
    if (position >= limit) {
      throw new EOFException("Hessian input ends within a value");
    }
    return data[position++] & 0xff;
  }

  final int peek() throws IOException {
    if (position >= limit) {
      throw new EOFException("Hessian input ends where a value should begin");
    }
    return data[position] & 0xff;
  }

  final int readShort() throws IOException {
    return readByte() << 8 | readByte();
  }

  final int readInt32() throws IOException {
    return readShort() << 16 | readShort();
  }

  final long readInt64() throws IOException {
    return (long) readInt32() << 32 | readInt32() & 0xffffffffL;
  }

  /** The integers and the tokens of one byte, which both dialects write alike; else null. */
  final @Nullable Token common(int tag) throws IOException {
    if (tag >= 0x80) {
      return integer(tag);
    }
    switch (tag) {
      case 'N':
        return Token.NULL;
      case 'T', 'F':
        number = tag == 'T' ? 1 : 0;
        return Token.BOOLEAN;
      case 'I':
        number = readInt32();
        return Token.INT;
      case 'L':
        number = readInt64();
        return Token.LONG;
      case 'D':
        real = Double.longBitsToDouble(readInt64());
        return Token.DOUBLE;
      default:
        break;
    }
    if (tag <= 0x1f) {
      text = readChars(tag);
      return Token.STRING;
    }
    if (tag <= 0x2f) {
      bytes = readRaw(tag - 0x20);
      return Token.BYTES;
    }
    if (tag >= 0x38 && tag <= 0x3f) {
      number = (long) (tag - 0x3c) << 16 | readShort();
      return Token.LONG;
    }
    return null;
  }

  final Token textOrBytes(int tag) throws IOException {
    String string = longString(tag);
    if (string != null) {
      text = string;
      return Token.STRING;
    }
    byte[] binary = longBytes(tag);
    if (binary == null) {
      throw malformed("no value of this dialect begins so", tag);
    }
    bytes = binary;
    return Token.BYTES;
  }

  private Token integer(int tag) throws IOException {
    if (tag <= 0xbf) {
      number = tag - 0x90;
    } else if (tag <= 0xcf) {
      number = tag - 0xc8 << 8 | readByte();
    } else if (tag <= 0xd7) {
      number = tag - 0xd4 << 16 | readShort();
    } else {
      number = tag <= 0xef ? tag - 0xe0 : tag - 0xf8 << 8 | readByte();
      return Token.LONG;
    }
    return Token.INT;
  }

  final int readInt() throws IOException {
    if (common(readByte()) != Token.INT) {
      throw malformed("a whole number is missing", data[position - 1] & 0xff);
    }
    return (int) number;
  }

  final String readString() throws IOException {
    int tag = readByte();
    String value = tag <= 0x1f ? readChars(tag) : longString(tag);
    if (value == null) {
      throw malformed("a name is missing", tag);
    }
    return value;
  }

  /** The string that begins with a tag, or null if none does. */
  abstract @Nullable String longString(int tag) throws IOException;

  /** The binary that begins with a tag, or null if none does. */
  abstract byte @Nullable [] longBytes(int tag) throws IOException;

  /** A list's length or a class's field count: every element takes a byte of its own. */
  final int claim(int elements) throws IOException {
    if (elements < 0 || elements > remaining() || elements > unclaimed) {
      throw new IOException(
          "Hessian input claims " + elements + " elements, " + remaining() + " bytes remain");
    }
    unclaimed -= elements;
    return elements;
  }

  final String readChars(int count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw new EOFException(
          "Hessian string of " + count + " chars, " + remaining() + " bytes remain");
    }
    if (isAscii(data, position, count)) {
      String value = new String(data, position, count, StandardCharsets.ISO_8859_1);
      position += count;
      return value;
    }
    char[] chars = new char[count];
    for (int i = 0; i < count; i++) {
      chars[i] = readChar();
    }
    return new String(chars);
  }

  /** The rest of a string whose first chunk was not its last. */
  final String readChunks(int firstCount, int chunkTag) throws IOException {
    StringBuilder value = new StringBuilder(readChars(firstCount));
    while (peek() == chunkTag) {
      position++;
      value.append(readChars(readShort()));
    }
    return value.append(readString()).toString();
  }

  /** The rest of a binary whose first chunk was not its last. */
  final byte[] readBinaryChunks(int firstCount, int chunkTag) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(readRaw(firstCount));
    int tag = readByte();
    while (tag == chunkTag) {
      whole.writeBytes(readRaw(readShort()));
      tag = readByte();
    }
    byte[] last = tag >= 0x20 && tag <= 0x2f ? readRaw(tag - 0x20) : longBytes(tag);
    if (last == null) {
      throw malformed("a binary has no last chunk", tag);
    }
    whole.writeBytes(last);
    return whole.toByteArray();
  }

  private char readChar() throws IOException {
    int first = readByte();
    if (first < 0x80) {
      return (char) first;
    }
    int second = readByte();
    if ((first & 0xe0) == 0xc0 && (second & 0xc0) == 0x80) {
      return (char) ((first & 0x1f) << 6 | second & 0x3f);
    }
    int third = readByte();
    if ((first & 0xf0) == 0xe0 && (second & 0xc0) == 0x80 && (third & 0xc0) == 0x80) {
      return (char) ((first & 0x0f) << 12 | (second & 0x3f) << 6 | third & 0x3f);
    }
    throw malformed("a string holds a byte that begins no char", first);
  }

  final byte[] readRaw(int count) throws IOException {
    if (count > remaining()) {
      throw new EOFException("Hessian binary of " + count + ", " + remaining() + " bytes remain");
    }
    byte[] value = new byte[count];
    System.arraycopy(data, position, value, 0, count);
    position += count;
    return value;
  }

  final void addType(String name) {
    types.add(name);
  }

  final String type(int index) throws IOException {
    if (index < 0 || index >= types.size()) {
      throw new IOException("Hessian input refers to type " + index + " of " + types.size());
    }
    return types.get(index);
  }

  /** Reads the definition of a class, after its tag. */
  final void readDefinition() throws IOException {
    Names known = cache.find(data, position, limit);
    if (known == null) {
      int from = position;
      String name = readClassName();
      int count = claim(readInt());
      List<String> fields = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        fields.add(readString());
      }
      known = cache.keep(data, from, position, limit, name, List.copyOf(fields));
    } else {
      claim(known.fields.size());
      position += known.bytes.length;
    }
    definitions.add(new Definition(known));
  }

  abstract String readClassName() throws IOException;

  final Token instance(int index) throws IOException {
    if (index < 0 || index >= definitions.size()) {
      throw new IOException("Hessian input refers to class " + index + " of " + definitions.size());
    }
    definition = definitions.get(index);
    return Token.OBJECT;
  }

  final void skipByte() {
    position++;
  }

  static IOException malformed(String what, int tag) {
    return new IOException("Malformed Hessian input: " + what + " (0x%02x)".formatted(tag));
  }

  private static boolean isAscii(byte[] b, int from, int count) {
    int i = from;
    int end = from + count;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      if (((long) LONGS.get(b, i) & NON_ASCII) != 0) {
        return false;
      }
    }
    for (; i < end; i++) {
      if (b[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
