package io.duomesh.transport.serialization;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes Hessian 2 as finally specified, the dialect of Dubbo's {@code hessian-lite}. */
final class FinalOutput extends HessianOutput {
  @Override
  void stringHead(int chars, boolean last) throws IOException {
    if (last && chars <= 0x1f) {
      writeByte(chars);
    } else if (last && chars <= 0x3ff) {
      writeShort(0x3000 | chars);
    } else {
      writeByte(last ? 'S' : 'R');
      writeShort(chars);
    }
  }

  @Override
  void bytesHead(int length, boolean last) throws IOException {
    if (last && length <= 0x0f) {
      writeByte(0x20 + length);
    } else if (last && length <= 0x3ff) {
      writeShort(0x3400 | length);
    } else {
      writeByte(last ? 'B' : 'A');
      writeShort(length);
    }
  }

  @Override
  void writeDouble(double value) throws IOException {
    int whole = (int) value;
    if (value == 0 && 1 / value < 0) { // −0.0 has no short form
      writeTaggedLong('D', Double.doubleToLongBits(value));
    } else if (whole == value && whole == 0) {
      writeByte(0x5b);
    } else if (whole == value && whole == 1) {
      writeByte(0x5c);
    } else if (whole == value && whole == (byte) whole) {
      writeByte(0x5d);
      writeByte(whole);
    } else if (whole == value && whole == (short) whole) {
      writeByte(0x5e);
      writeShort(whole);
    } else {
      int mills = (int) (value * 1000);
      if (0.001 * mills == value) {
        writeTaggedInt(0x5f, mills);
      } else {
        writeTaggedLong('D', Double.doubleToLongBits(value));
      }
    }
  }

  @Override
  void writeFloat(float value) throws IOException {
    // 1.1f is 1.1 to hessian-lite, not 1.10000002384185791015625
    writeDouble(value == (int) value ? value : Double.parseDouble(Float.toString(value)));
  }

  @Override
  void writeDate(long millis) throws IOException {
    long minutes = millis / 60_000;
    if (millis % 60_000 == 0 && minutes == (int) minutes) {
      writeTaggedInt(0x4b, (int) minutes);
    } else {
      writeTaggedLong(0x4a, millis);
    }
  }

  @Override
  void writeRef(int index) throws IOException {
    writeByte(0x51);
    writeInt(index);
  }

  @Override
  boolean beginList(int length, @Nullable String type) throws IOException {
    if (length <= 7) {
      writeByte((type == null ? 0x78 : 0x70) + length);
      writeType(type);
    } else {
      writeByte(type == null ? 0x58 : 'V');
      writeType(type);
      writeInt(length);
    }
    return false;
  }

  @Override
  void beginMap(@Nullable String type) throws IOException {
    writeByte(type == null ? 'H' : 'M');
    writeType(type);
  }

  private void writeType(@Nullable String type) throws IOException {
    if (type == null) {
      return;
    }
    int known = types.numberOrAdd(type);
    if (known >= 0) {
      writeInt(known);
    } else {
      writeString(type);
    }
  }

  @Override
  void end() throws IOException {
    writeByte('Z');
  }

  @Override
  void defineClass(ClassShape shape) throws IOException {
    writeByte('C');
    writeString(shape.name());
    writeInt(shape.fields().size());
    for (String field : shape.fields()) {
      writeString(field);
    }
  }

  @Override
  void beginInstance(int definition) throws IOException {
    if (definition <= 0x0f) {
      writeByte(0x60 + definition);
    } else {
      writeByte('O');
      writeInt(definition);
    }
  }

  @Override
  int longIntTag() {
    return 0x59;
  }
}
