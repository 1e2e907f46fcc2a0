package io.duomesh.transport.serialization;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Bytes, numbers and chars gathered in one buffer and handed to the stream below when it is full or
 * flushed. Confined to one thread.
 */
abstract sealed class ByteOutput permits HessianOutput {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int SIZE = 8 * 1024;
  private static final int MARGIN = 16;
  private static final int BULK = 1024;
  private static final int LATIN = 32; // chars from which the JDK's encoder is worth its call

  private OutputStream sink = OutputStream.nullOutputStream();
  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE);
  final byte[] buffer = bytes.array();
  int position;
  private final CharBuffer chars = CharBuffer.allocate(BULK);
  private final CharsetEncoder latin = StandardCharsets.ISO_8859_1.newEncoder();

  void attach(OutputStream out) {
    sink = out;
    position = 0;
  }

  final void writeByte(int value) throws IOException {
    reserve(MARGIN);
    buffer[position++] = (byte) value;
  }

  final void writeShort(int value) throws IOException {
    reserve(MARGIN);
    buffer[position++] = (byte) (value >> 8);
    buffer[position++] = (byte) value;
  }

  final void writeTaggedInt(int tag, int value) throws IOException {
    reserve(MARGIN);
    putTagged(tag, value);
  }

  final void writeTaggedLong(int tag, long value) throws IOException {
    reserve(MARGIN);
    putTagged(tag, value);
  }

  /** As {@link #writeTaggedInt} where there is room. */
  final void putTagged(int tag, int value) {
    int p = position;
    buffer[p] = (byte) tag;
    INTS.set(buffer, p + 1, value);
    position = p + 1 + Integer.BYTES;
  }

  /** As {@link #writeTaggedLong} where there is room. */
  final void putTagged(int tag, long value) {
    int p = position;
    buffer[p] = (byte) tag;
    LONGS.set(buffer, p + 1, value);
    position = p + 1 + Long.BYTES;
  }

  final void writeRaw(byte[] value, int from, int length) throws IOException {
    if (length > SIZE - position) {
      flushBuffer();
      if (length > SIZE) {
        sink.write(value, from, length);
        return;
      }
    }
    System.arraycopy(value, from, buffer, position, length);
    position += length;
  }

  /** Writes each UTF-16 unit by itself (CESU-8), as every Hessian peer counts and reads them. */
  final void writeChars(String value, int from, int count) throws IOException {
    int index = from;
    int end = from + count;
    while (index < end) {
      int part = Math.min(end - index, BULK);
      reserve(part * 3);
      if (part < LATIN || !putAscii(value, index, part)) {
        putChars(value, index, part);
      }
      index += part;
    }
  }

  /** Copies chars in bulk; does nothing if they are not all ASCII. */
  private boolean putAscii(String value, int from, int count) {
    int start = position;
    value.getChars(from, from + count, chars.array(), 0);
    chars.position(0).limit(count);
    bytes.clear().position(start);
    latin.reset().encode(chars, bytes, true);
    if (chars.hasRemaining() || !ByteInput.isAscii(buffer, start, count)) {
      return false;
    }
    position = start + count;
    return true;
  }

  /** Writes chars for which there is room. */
  final void putChars(String value, int from, int count) {
    byte[] b = buffer;
    int p = position;
    for (int i = from; i < from + count; i++) {
      char c = value.charAt(i);
      if (c < 0x80) {
        b[p++] = (byte) c;
      } else if (c < 0x800) {
        b[p++] = (byte) (0xc0 | c >> 6);
        b[p++] = (byte) (0x80 | c & 0x3f);
      } else {
        b[p++] = (byte) (0xe0 | c >> 12);
        b[p++] = (byte) (0x80 | c >> 6 & 0x3f);
        b[p++] = (byte) (0x80 | c & 0x3f);
      }
    }
    position = p;
  }

  final void flushBuffer() throws IOException {
    int length = position;
    position = 0;
    sink.write(buffer, 0, length);
  }

  /** Makes room for some bytes, at most the buffer's size. */
  final void reserve(int length) throws IOException {
    if (SIZE - position < length) {
      flushBuffer();
    }
  }
}
