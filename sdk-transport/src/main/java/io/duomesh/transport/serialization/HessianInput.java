package io.duomesh.transport.serialization;

import io.duomesh.transport.serialization.DefinitionCache.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a Hessian stream apart into tokens: what both dialects share. Nothing is allocated for a
 * length that the bytes at hand cannot hold, all lists of a stream together. Confined to one
 * thread.
 */
abstract sealed class HessianInput extends ByteInput permits SofaInput, FinalInput {
  /** Type names and class definitions that a stream may have: far more than any program has. */
  static final int MAX_NAMES = 4096;

  /** Length of a class or field name: longer than those of files, in which classes mostly come. */
  static final int MAX_NAME = 512;

  private static final int KEPT = 64;

  private final DefinitionCache cache;
  private int unclaimed;
  private final List<NamedType> types = new ArrayList<>();

  /** Of the stream, and behind them those of earlier ones, to be used again. */
  private final List<Definition> definitions = new ArrayList<>();

  private int defined;

  // what the last token carries; only the parts of its kind are valid
  long number;
  double real;
  String text = "";
  byte[] bytes = NO_BYTES;
  @Nullable NamedType type;
  int length;
  boolean ended;
  Definition definition = Definition.NONE;

  HessianInput(DefinitionCache cache) {
    this.cache = cache;
  }

  final void attach(byte[] newData, int offset, int count) {
    data = newData;
    position = offset;
    limit = offset + count;
    unclaimed = count;
    if (!types.isEmpty()) {
      types.clear();
    }
    defined = 0;
  }

  /** Lets go of what the last stream carried. */
  final void detach() {
    if (defined > KEPT) {
      definitions.clear();
    }
    for (int i = 0; i < Math.min(defined, definitions.size()); i++) {
      definitions.get(i).begin(Definition.NO_NAMES); // which may be many
    }
    attach(NO_BYTES, 0, 0);
    text = "";
    bytes = NO_BYTES;
    type = null;
    definition = Definition.NONE;
  }

  /** Reads a token, its scalars included; −1 in {@link #length} is a list of unknown length. */
  abstract Token next() throws IOException;

  /** Whether the next byte ends a list or map. */
  abstract boolean atEnd() throws IOException;

  abstract String readClassName() throws IOException;

  final void readEnd() throws IOException {
    if (!atEnd()) {
      throw malformed("a list or map does not end where it should", peek());
    }
    skipByte();
  }

  /** The integers and the tokens of one byte, which both dialects write alike; else null. */
  final @Nullable Token common(int tag) throws IOException {
    if (tag >= 0x80) {
      return integer(tag);
    }
    if (tag <= 0x1f) {
      text = readChars(tag);
      return Token.STRING;
    }
    if (tag <= 0x2f) {
      bytes = readRaw(tag - 0x20);
      return Token.BYTES;
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
    int tag = readByte();
    if (common(tag) != Token.INT) {
      throw malformed("a whole number is missing", tag);
    }
    return (int) number;
  }

  /** A list's length or a class's field count: every element takes a byte of its own. */
  final int claim(int elements) throws IOException {
    if (elements < 0 || elements > remaining() || elements > unclaimed) {
      throw new HessianException(
          "Hessian input claims " + elements + " elements, " + remaining() + " bytes remain");
    }
    unclaimed -= elements;
    return elements;
  }

  final NamedType addType(String name) throws IOException {
    if (types.size() == MAX_NAMES || name.length() > MAX_NAME) {
      throw new HessianException("Hessian input names too many types, or one too long");
    }
    NamedType added = new NamedType(name);
    types.add(added);
    return added;
  }

  final NamedType type(int index) throws IOException {
    if (index < 0 || index >= types.size()) {
      throw new HessianException("Hessian input refers to type " + index + " of " + types.size());
    }
    return types.get(index);
  }

  /** Reads the definition of a class, after its tag. */
  final void readDefinition() throws IOException {
    if (defined == MAX_NAMES) {
      throw new HessianException("Hessian input defines more than " + MAX_NAMES + " classes");
    }
    Names known = cache.find(data, position, limit);
    if (known == null) {
      known = readNames();
    } else {
      claim(known.fields.size());
      position += known.bytes.length;
    }
    if (defined == definitions.size()) {
      definitions.add(new Definition());
    }
    definitions.get(defined++).begin(known);
  }

  private Names readNames() throws IOException {
    int from = position;
    String name = readClassName();
    int count = claim(readInt());
    List<String> fields = new ArrayList<>(count);
    boolean tooLong = name.length() > MAX_NAME;
    for (int i = 0; i < count; i++) {
      String field = readString();
      tooLong |= field.length() > MAX_NAME;
      fields.add(field);
    }
    if (tooLong) {
      throw new HessianException("Hessian input has a name of more than " + MAX_NAME + " chars");
    }
    return cache.keep(data, from, position, limit, name, List.copyOf(fields));
  }

  final Token instance(int index) throws IOException {
    if (index < 0 || index >= defined) {
      throw new HessianException("Hessian input refers to class " + index + " of " + defined);
    }
    definition = definitions.get(index);
    return Token.OBJECT;
  }
}
