package io.duomesh.transport.serialization;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads Hessian 2 as finally specified, the dialect of Dubbo's {@code hessian-lite}. */
final class FinalInput extends HessianInput {
  private static final DefinitionCache CACHE = new DefinitionCache();

  FinalInput() {
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
      if (tag != 'C') {
        return tag >= 0x60 ? compact(tag) : next(tag);
      }
      readDefinition();
    }
  }

  private Token compact(int tag) throws IOException {
    if (tag < 0x70) {
      return instance(tag - 0x60);
    }
    type = tag < 0x78 ? readType() : null;
    return list(tag & 7);
  }

  private Token list(int count) throws IOException {
    length = claim(count);
    ended = false;
    return Token.LIST;
  }

  private Token next(int tag) throws IOException {
    switch (tag) {
      case 0x4a:
        number = readInt64();
        return Token.DATE;
      case 0x4b:
        number = readInt32() * 60_000L;
        return Token.DATE;
      case 0x59:
        number = readInt32();
        return Token.LONG;
      case 0x5b, 0x5c:
        real = tag - 0x5b;
        return Token.DOUBLE;
      case 0x5d:
        real = (byte) readByte();
        return Token.DOUBLE;
      case 0x5e:
        real = (short) readShort();
        return Token.DOUBLE;
      case 0x5f:
        real = 0.001 * readInt32();
        return Token.DOUBLE;
      case 'U', 0x57:
        type = tag == 'U' ? readType() : null;
        length = -1;
        ended = true;
        return Token.LIST;
      case 'V', 0x58:
        type = tag == 'V' ? readType() : null;
        return list(readInt());
      case 'M', 'H':
        type = tag == 'M' ? readType() : null;
        return Token.MAP;
      case 'O':
        return instance(readInt());
      case 0x51:
        number = readInt();
        return Token.REF;
      default:
        return textOrBytes(tag);
    }
  }

  @Override
  @Nullable String longString(int tag) throws IOException {
    switch (tag) {
      case 0x30, 0x31, 0x32, 0x33:
        return readChars((tag - 0x30) << 8 | readByte());
      case 'S':
        return readChars(readShort());
      case 'R':
        return readChunks(readShort(), 'R');
      default:
        return null;
    }
  }

  @Override
  byte @Nullable [] longBytes(int tag) throws IOException {
    switch (tag) {
      case 0x34, 0x35, 0x36, 0x37:
        return readRaw((tag - 0x34) << 8 | readByte());
      case 'B':
        return readRaw(readShort());
      case 'A':
        return readBinaryChunks(readShort(), 'A');
      default:
        return null;
    }
  }

  @Override
  String readClassName() throws IOException {
    return readString();
  }

  @Override
  boolean atEnd() throws IOException {
    return peek() == 'Z';
  }

  private @Nullable NamedType readType() throws IOException {
    int tag = peek();
    boolean isNew = tag <= 0x1f || tag >= 0x30 && tag <= 0x33 || tag == 'S' || tag == 'R';
    NamedType named = isNew ? addType(readString()) : type(readInt());
    return named.name.isEmpty() ? null : named;
  }
}
