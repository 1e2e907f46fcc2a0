package io.duomesh.transport.serialization;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a Hessian stream: numbers, chars and binaries, none of which reaches beyond the end.
 * Confined to one thread.
 */
abstract sealed class ByteInput permits HessianInput {
  static final byte[] NO_BYTES = {};
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle BIG_LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long NON_ASCII = 0x8080808080808080L;

  byte[] data = NO_BYTES;
  int position;
  int limit;

  /** Whether the strings that are read now are names that streams repeat. */
  boolean repeats;

  private final NameCache names = new NameCache();

  final int remaining() {
    return limit - position;
  }

  final int readByte() throws IOException {
    if (position >= limit) {
      throw new HessianException("Hessian input ends within a value");
    }
    return data[position++] & 0xff;
  }

  final int peek() throws IOException {
    if (position >= limit) {
      throw new HessianException("Hessian input ends where a value should begin");
    }
    return data[position] & 0xff;
  }

  final void skipByte() {
    position++;
  }

  final int readShort() throws IOException {
    return readByte() << 8 | readByte();
  }

  final int readInt32() throws IOException {
    return (int) INTS.get(data, advance(Integer.BYTES));
  }

  final long readInt64() throws IOException {
    return (long) BIG_LONGS.get(data, advance(Long.BYTES));
  }

  private int advance(int count) throws IOException {
    int from = position;
    if (count > limit - from) {
      throw new HessianException("Hessian input ends within a number");
    }
    position = from + count;
    return from;
  }

  /** The string that begins with a tag, or null if none does. */
  abstract @Nullable String longString(int tag) throws IOException;

  /** The binary that begins with a tag, or null if none does. */
  abstract byte @Nullable [] longBytes(int tag) throws IOException;

  final String readString() throws IOException {
    int tag = readByte();
    String value = tag <= 0x1f ? readChars(tag) : longString(tag);
    if (value == null) {
      throw malformed("a name is missing", tag);
    }
    return value;
  }

  final String readChars(int count) throws IOException {
    int from = position;
    checkChars(count);
    if (isAscii(data, from, count)) {
      position = from + count;
      return repeats && count <= NameCache.LONGEST
          ? names.get(data, from, count)
          : new String(data, from, count, StandardCharsets.ISO_8859_1);
    }
    char[] chars = new char[count];
    for (int i = 0; i < count; i++) {
      chars[i] = readChar();
    }
    return new String(chars);
  }

  /** Reads a name that streams repeat. */
  final String readName(int count) throws IOException {
    boolean before = repeats;
    repeats = true;
    String name = readChars(count);
    repeats = before;
    return name;
  }

  /** Passes over a string in one chunk; false where the next value is something else. */
  final boolean skipString() throws IOException {
    int tag = peek();
    if (tag > 0x1f && tag != 'S') { // these begin alike in both dialects
      return false;
    }
    position++;
    int count = tag == 'S' ? readShort() : tag;
    checkChars(count);
    if (isAscii(data, position, count)) {
      position += count;
    } else {
      for (int i = 0; i < count; i++) {
        readChar();
      }
    }
    return true;
  }

  private void checkChars(int count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw new HessianException(
          "Hessian string of " + count + " chars, " + remaining() + " bytes remain");
    }
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
      throw new HessianException(
          "Hessian binary of " + count + ", " + remaining() + " bytes remain");
    }
    byte[] value = new byte[count];
    System.arraycopy(data, position, value, 0, count);
    position += count;
    return value;
  }

  static IOException malformed(String what, int tag) {
    return new HessianException("Malformed Hessian input: " + what + " (0x%02x)".formatted(tag));
  }

  static boolean isAscii(byte[] b, int from, int count) {
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
