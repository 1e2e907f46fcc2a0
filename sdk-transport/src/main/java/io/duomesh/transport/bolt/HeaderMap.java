package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bolt's header map: key length, key, value length, value, and so on, in UTF-8. A key may come once
 * and no length is negative: Java peers and MOSN disagree on which of two values counts and on what
 * −1 means, so that a router and a server could see different requests.
 */
final class HeaderMap {
  /** Entries taken in one map; SOFARPC sends about a dozen. */
  private static final int MAX_ENTRIES = 256;

  private static final String[] RESERVED_PREFIXES = {
    ":", "grpc-", "tri-", "sofa_head_", "duomesh_"
  };
  private static final String[] RESERVED = {"service", "type", "app", "protocol"};

  private HeaderMap() {}

  /** Receives an entry's place in a block. */
  interface Visitor {
    void entry(byte[] block, int key, int keyLength, int value, int valueLength);
  }

  /** A header map that peers could read in different ways. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message, null, false, false);
    }

    @Override
    public String toString() {
      return String.valueOf(getMessage());
    }
  }

  /** Passes each entry of a whole block in order. */
  static void forEach(byte[] block, Visitor visitor) throws MalformedException {
    int entries = 0;
    int at = 0;
    while (at < block.length) {
      if (++entries > MAX_ENTRIES) {
        throw new MalformedException("more than " + MAX_ENTRIES + " headers");
      }
      int keyLength = length(block, at);
      int value = at + 4 + keyLength;
      int valueLength = length(block, value);
      if (isRepeated(block, at, keyLength)) {
        throw new MalformedException("header given twice: " + text(block, at + 4, keyLength));
      }
      visitor.entry(block, at + 4, keyLength, value + 4, valueLength);
      at = value + 4 + valueLength;
    }
  }

  private static int length(byte[] block, int at) throws MalformedException {
    int length = at + 4 <= block.length ? readInt(block, at) : -1;
    if (length < 0 || length > block.length - at - 4) {
      throw new MalformedException("header length out of bounds at byte " + at);
    }
    return length;
  }

  private static boolean isRepeated(byte[] block, int current, int keyLength) {
    int from = current + 4;
    for (int at = 0; at < current; ) {
      int length = readInt(block, at);
      if (length == keyLength
          && Arrays.equals(block, at + 4, at + 4 + length, block, from, from + length)) {
        return true;
      }
      at += 4 + length;
      at += 4 + readInt(block, at);
    }
    return false;
  }

  private static int readInt(byte[] block, int at) {
    return block[at] << 24
        | (block[at + 1] & 0xff) << 16
        | (block[at + 2] & 0xff) << 8
        | (block[at + 3] & 0xff);
  }

  static String text(byte[] block, int from, int length) {
    return new String(block, from, length, StandardCharsets.UTF_8);
  }

  /** The user's entries of a block: all but those that the protocol keeps for itself. */
  static Metadata userMetadata(byte[] block) throws MalformedException {
    if (block.length == 0) {
      return Metadata.EMPTY;
    }
    Metadata.Builder builder = Metadata.builder();
    forEach(
        block,
        (bytes, key, keyLength, value, valueLength) -> {
          String name = text(bytes, key, keyLength);
          if (!isReserved(name)) {
            builder.add(name, text(bytes, value, valueLength));
          }
        });
    return builder.build();
  }

  /** Appends an entry. */
  static void write(ByteBuf out, String key, String value) {
    writeText(out, key);
    writeText(out, value);
  }

  private static void writeText(ByteBuf out, String text) {
    int at = out.writerIndex();
    out.writeInt(0);
    out.setInt(at, ByteBufUtil.writeUtf8(out, text));
  }

  /** Appends the user's entries; values of a repeated name become one, with commas as in HTTP. */
  static void writeUser(ByteBuf out, Metadata metadata) {
    for (int i = 0; i < metadata.size(); i++) {
      String name = metadata.name(i);
      if (!isReserved(name) && isFirst(metadata, name, i)) {
        write(out, name, isLast(metadata, name, i) ? metadata.value(i) : joined(metadata, name));
      }
    }
  }

  private static String joined(Metadata metadata, String name) {
    return String.join(",", metadata.all(name));
  }

  private static boolean isFirst(Metadata metadata, String name, int index) {
    for (int i = 0; i < index; i++) {
      if (metadata.name(i).equalsIgnoreCase(name)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLast(Metadata metadata, String name, int index) {
    for (int i = index + 1; i < metadata.size(); i++) {
      if (metadata.name(i).equalsIgnoreCase(name)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the protocol writes this name itself. */
  static boolean isReserved(String name) {
    for (String reserved : RESERVED) {
      if (name.equalsIgnoreCase(reserved)) {
        return true;
      }
    }
    for (String prefix : RESERVED_PREFIXES) {
      if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
        return true;
      }
    }
    return false;
  }
}
