package io.duomesh.transport.serialization;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the draft of Hessian 2 that {@code com.alipay.sofa:hessian} 3.5.x speaks. */
final class SofaInput extends HessianInput {
  private static final DefinitionCache CACHE = new DefinitionCache();

  SofaInput() {
    super(CACHE);
  }

  @Override
  Token next() throws IOException {
    while (true) {
      int tag = readByte();
      Token common = common(tag);
      if (common != null) {
        return common;
      }
      if (tag != 'O') {
        return next(tag);
      }
      readDefinition();
    }
  }

  private Token next(int tag) throws IOException {
    switch (tag) {
      case 0x77:
        number = readInt32();
        return Token.LONG;
      case 0x67, 0x68:
        real = tag - 0x67;
        return Token.DOUBLE;
      case 0x69:
        real = (byte) readByte();
        return Token.DOUBLE;
      case 0x6a:
        real = (short) readShort();
        return Token.DOUBLE;
      case 0x6b:
        real = Float.intBitsToFloat(readInt32());
        return Token.DOUBLE;
      case 'd':
        number = readInt64();
        return Token.DATE;
      case 'V':
        type = readType();
        length = readLength();
        ended = true;
        return Token.LIST;
      case 'v':
        type = type(readInt());
        length = claim(readInt());
        ended = false;
        return Token.LIST;
      case 'M':
        type = readType();
        return Token.MAP;
      case 'o':
        return instance(readInt());
      case 'R':
        number = readInt32();
        return Token.REF;
      case 0x4a:
        number = readByte();
        return Token.REF;
      case 0x4b:
        number = readShort();
        return Token.REF;
      default:
        return textOrBytes(tag);
    }
  }

  @Override
  @Nullable String longString(int tag) throws IOException {
    switch (tag) {
      case 'S':
        return readChars(readShort());
      case 's':
        return readChunks(readShort(), 's');
      default:
        return null;
    }
  }

  @Override
  byte @Nullable [] longBytes(int tag) throws IOException {
    switch (tag) {
      case 'B':
        return readRaw(readShort());
      case 'b':
        return readBinaryChunks(readShort(), 'b');
      default:
        return null;
    }
  }

  @Override
  String readClassName() throws IOException {
    return readChars(readInt());
  }

  @Override
  boolean atEnd() throws IOException {
    return peek() == 'z';
  }

  private @Nullable NamedType readType() throws IOException {
    switch (peek()) {
      case 't':
        skipByte();
        return addType(readName(readShort()));
      case 'u', 'T':
        skipByte();
        return type(readInt());
      default:
        return null;
    }
  }

  private int readLength() throws IOException {
    switch (peek()) {
      case 'n':
        skipByte();
        return claim(readByte());
      case 'l':
        skipByte();
        return claim(readInt32());
      default:
        return -1;
    }
  }
}
