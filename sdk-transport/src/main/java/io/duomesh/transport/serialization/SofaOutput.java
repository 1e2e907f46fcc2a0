package io.duomesh.transport.serialization;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the draft of Hessian 2 that {@code com.alipay.sofa:hessian} 3.5.x speaks. */
final class SofaOutput extends HessianOutput {
  @Override
  void stringHead(int chars, boolean last) throws IOException {
    if (last && chars <= 0x1f) {
      writeByte(chars);
    } else {
      writeByte(last ? 'S' : 's');
      writeShort(chars);
    }
  }

  @Override
  void bytesHead(int length, boolean last) throws IOException {
    if (last && length <= 0x0f) {
      writeByte(0x20 + length);
    } else {
      writeByte(last ? 'B' : 'b');
      writeShort(length);
    }
  }

  @Override
  void writeDouble(double value) throws IOException {
    int whole = (int) value;
    if (value == 0 && 1 / value < 0) { // −0.0 has no short form
      writeTaggedLong('D', Double.doubleToLongBits(value));
    } else if (whole == value && whole == 0) {
      writeByte(0x67);
    } else if (whole == value && whole == 1) {
      writeByte(0x68);
    } else if (whole == value && whole == (byte) whole) {
      writeByte(0x69);
      writeByte(whole);
    } else if (whole == value && whole == (short) whole) {
      writeByte(0x6a);
      writeShort(whole);
    } else if ((float) value == value) {
      writeTaggedInt(0x6b, Float.floatToIntBits((float) value));
    } else {
      writeTaggedLong('D', Double.doubleToLongBits(value));
    }
  }

  @Override
  void writeFloat(float value) throws IOException {
    writeDouble(value);
  }

  @Override
  void writeDate(long millis) throws IOException {
    writeTaggedLong('d', millis);
  }

  @Override
  void writeRef(int index) throws IOException {
    if (index < 0x100) {
      writeByte(0x4a);
      writeByte(index);
    } else if (index < 0x10000) {
      writeByte(0x4b);
      writeShort(index);
    } else {
      writeTaggedInt('R', index);
    }
  }

  @Override
  boolean beginList(int length, @Nullable String type) throws IOException {
    int known = type == null ? -1 : types.number(type);
    if (known >= 0) {
      writeByte('v');
      writeInt(known);
      writeInt(length);
      return false;
    }
    writeByte('V');
    writeType(type);
    if (length < 0x100) {
      writeByte('n');
      writeByte(length);
    } else {
      writeTaggedInt('l', length);
    }
    return true;
  }

  @Override
  void beginMap(@Nullable String type) throws IOException {
    writeByte('M');
    writeType(type);
  }

  private void writeType(@Nullable String type) throws IOException {
    if (type == null) {
      return;
    }
    int known = types.numberOrAdd(type);
    if (known >= 0) {
      writeByte('u');
      writeInt(known);
    } else {
      writeByte('t');
      writeShort(type.length());
      writeChars(type, 0, type.length());
    }
  }

  @Override
  void end() throws IOException {
    writeByte('z');
  }

  @Override
  void defineClass(ClassShape shape) throws IOException {
    writeByte('O');
    writeInt(shape.name().length());
    writeChars(shape.name(), 0, shape.name().length());
    writeInt(shape.fields().size());
    for (String field : shape.fields()) {
      writeString(field);
    }
  }

  @Override
  void beginInstance(int definition) throws IOException {
    writeByte('o');
    writeInt(definition);
  }

  @Override
  int longIntTag() {
    return 0x77;
  }
}
