package io.duomesh.transport.serialization;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The tokens of a Hessian stream: what both dialects share. Confined to one thread. */
abstract sealed class HessianOutput extends ByteOutput permits SofaOutput, FinalOutput {
  private static final int CHUNK = 0x8000;
  private static final int SHORT = 0x1f;

  final TypeNames types = new TypeNames();

  @Override
  final void attach(OutputStream out) {
    super.attach(out);
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
    reserve(5);
    if (value >= -0x10 && value <= 0x2f) {
      put(value + 0x90);
    } else if (value >= -0x800 && value <= 0x7ff) {
      put(0xc8 + (value >> 8), value);
    } else if (value >= -0x40000 && value <= 0x3ffff) {
      put(0xd4 + (value >> 16), value >> 8, value);
    } else {
      putTagged('I', value);
    }
  }

  final void writeLong(long value) throws IOException {
    reserve(9);
    int low = (int) value;
    if (value >= -0x08 && value <= 0x0f) {
      put(low + 0xe0);
    } else if (value >= -0x800 && value <= 0x7ff) {
      put(0xf8 + (low >> 8), low);
    } else if (value >= -0x40000 && value <= 0x3ffff) {
      put(0x3c + (low >> 16), low >> 8, low);
    } else if (value == low) {
      putTagged(longIntTag(), low);
    } else {
      putTagged('L', value);
    }
  }

  private void put(int only) {
    buffer[position++] = (byte) only;
  }

  private void put(int first, int second) {
    put(first);
    put(second);
  }

  private void put(int first, int second, int third) {
    put(first, second);
    put(third);
  }

  final void writeString(String value) throws IOException {
    int left = value.length();
    if (left <= SHORT) { // alike in both dialects
      reserve(1 + 3 * SHORT);
      put(left);
      putChars(value, 0, left);
      return;
    }
    int from = 0;
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
}
