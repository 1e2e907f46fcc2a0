package io.duomesh.transport.serialization;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a Hessian stream, gathered in one buffer and handed to the stream below when it is
 * full or flushed. What both dialects share; confined to one thread.
 */
abstract sealed class HessianOutput permits SofaOutput, FinalOutput {
  private static final int SIZE = 8 * 1024;
  private static final int CHUNK = 0x8000;
  private static final int MARGIN = 16;

  private OutputStream sink = OutputStream.nullOutputStream();
  private final byte[] buffer = new byte[SIZE];
  private int position;
  final TypeNames types = new TypeNames();

  final void attach(OutputStream out) {
    sink = out;
    position = 0;
    types.clear();
  }

  /** Writes a string's first bytes: a tag and a count of chars, at most {@code 0x8000}. */
  abstract void stringHead(int chars, boolean last) throws IOException;

  abstract void bytesHead(int length, boolean last) throws IOException;

  abstract void writeDouble(double value) throws IOException;

  /** Writes a number that was a float: the dialects widen it in different ways. */
  abstract void writeFloat(float value) throws IOException;

  abstract void writeDate(long millis) throws IOException;

  abstract void writeRef(int index) throws IOException;

  /** Whether the list needs {@link #end}. */
  abstract boolean beginList(int length, @Nullable String type) throws IOException;

  abstract void beginMap(@Nullable String type) throws IOException;

  abstract void end() throws IOException;

  /** Writes the definition of a class, in full. */
  abstract void defineClass(ClassShape shape) throws IOException;

  abstract void beginInstance(int definition) throws IOException;

  abstract int longIntTag();

  final void writeNull() throws IOException {
    writeByte('N');
  }

  final void writeBoolean(boolean value) throws IOException {
    writeByte(value ? 'T' : 'F');
  }

  final void writeInt(int value) throws IOException {
    reserve();
    byte[] b = buffer;
    int p = position;
    if (value >= -0x10 && value <= 0x2f) {
      b[p++] = (byte) (value + 0x90);
    } else if (value >= -0x800 && value <= 0x7ff) {
      b[p++] = (byte) (0xc8 + (value >> 8));
      b[p++] = (byte) value;
    } else if (value >= -0x40000 && value <= 0x3ffff) {
      b[p++] = (byte) (0xd4 + (value >> 16));
      b[p++] = (byte) (value >> 8);
      b[p++] = (byte) value;
    } else {
      b[p++] = 'I';
      p = putInt(b, p, value);
    }
    position = p;
  }

  final void writeLong(long value) throws IOException {
    reserve();
    byte[] b = buffer;
    int p = position;
    if (value >= -0x08 && value <= 0x0f) {
      b[p++] = (byte) (value + 0xe0);
    } else if (value >= -0x800 && value <= 0x7ff) {
      b[p++] = (byte) (0xf8 + (value >> 8));
      b[p++] = (byte) value;
    } else if (value >= -0x40000 && value <= 0x3ffff) {
      b[p++] = (byte) (0x3c + (value >> 16));
      b[p++] = (byte) (value >> 8);
      b[p++] = (byte) value;
    } else if (value == (int) value) {
      b[p++] = (byte) longIntTag();
      p = putInt(b, p, (int) value);
    } else {
      b[p++] = 'L';
      p = putLong(b, p, value);
    }
    position = p;
  }

  final void writeString(String value) throws IOException {
    int from = 0;
    int left = value.length();
    while (left > CHUNK) {
      int part = Character.isHighSurrogate(value.charAt(from + CHUNK - 1)) ? CHUNK - 1 : CHUNK;
      stringHead(part, false);
      writeChars(value, from, part);
      from += part;
      left -= part;
    }
    stringHead(left, true);
    writeChars(value, from, left);
  }

  final void writeBytes(byte[] value) throws IOException {
    int from = 0;
    int left = value.length;
    while (left > CHUNK) {
      bytesHead(CHUNK, false);
      writeRaw(value, from, CHUNK);
      from += CHUNK;
      left -= CHUNK;
    }
    bytesHead(left, true);
    writeRaw(value, from, left);
  }

  /** Writes each UTF-16 unit by itself (CESU-8), as every Hessian peer counts and reads them. */
  final void writeChars(String value, int from, int count) throws IOException {
    int index = from;
    int end = from + count;
    while (index < end) {
      if (SIZE - position < 3) {
        flushBuffer();
      }
      byte[] b = buffer;
      int p = position;
      int stop = Math.min(end, index + (SIZE - p) / 3);
      while (index < stop) {
        char c = value.charAt(index++);
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
  }

  final void writeByte(int value) throws IOException {
    reserve();
    buffer[position++] = (byte) value;
  }

  final void writeShort(int value) throws IOException {
    reserve();
    buffer[position++] = (byte) (value >> 8);
    buffer[position++] = (byte) value;
  }

  final void writeTaggedInt(int tag, int value) throws IOException {
    reserve();
    buffer[position] = (byte) tag;
    position = putInt(buffer, position + 1, value);
  }

  final void writeTaggedLong(int tag, long value) throws IOException {
    reserve();
    buffer[position] = (byte) tag;
    position = putLong(buffer, position + 1, value);
  }

  final void writeRaw(byte[] bytes, int from, int length) throws IOException {
    if (length > SIZE - position) {
      flushBuffer();
      if (length > SIZE) {
        sink.write(bytes, from, length);
        return;
      }
    }
    System.arraycopy(bytes, from, buffer, position, length);
    position += length;
  }

  final void flushBuffer() throws IOException {
    int length = position;
    position = 0;
    sink.write(buffer, 0, length);
  }

  /** Makes room for any one scalar. */
  private void reserve() throws IOException {
    if (SIZE - position < MARGIN) {
      flushBuffer();
    }
  }

  private static int putInt(byte[] b, int p, int value) {
    b[p] = (byte) (value >> 24);
    b[p + 1] = (byte) (value >> 16);
    b[p + 2] = (byte) (value >> 8);
    b[p + 3] = (byte) value;
    return p + 4;
  }

  private static int putLong(byte[] b, int p, long value) {
    return putInt(b, putInt(b, p, (int) (value >> 32)), (int) value);
  }
}
