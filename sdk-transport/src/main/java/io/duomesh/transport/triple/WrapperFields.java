package io.duomesh.transport.triple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The protobuf fields of Dubbo's wrappers (triple_wrapper.proto): all are length-delimited,
 * numbered 1 to 3. Others are skipped when read and never written, since Dubbo's parser refuses
 * them.
 */
final class WrapperFields {
  private static final int LENGTH_DELIMITED = 2;
  private static final int MAX_VARINT = 10;

  private WrapperFields() {}

  /** Size of a field with its tag and length. */
  static int size(int valueBytes) {
    int varint = 1;
    for (int rest = valueBytes >>> 7; rest != 0; rest >>>= 7) {
      varint++;
    }
    return 1 + varint + valueBytes;
  }

  /** Writes a field's tag and length. */
  static void writeHead(ByteBuf out, int number, int valueBytes) {
    out.writeByte(number << 3 | LENGTH_DELIMITED);
    int rest = valueBytes;
    while (rest >>> 7 != 0) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Writes a string field. */
  static void write(ByteBuf out, int number, String value) {
    int bytes = ByteBufUtil.utf8Bytes(value);
    writeHead(out, number, bytes);
    ByteBufUtil.reserveAndWriteUtf8(out, value, bytes);
  }

  /** Passes each field of a message to {@code field}; the buffers are not retained. */
  static void read(ByteBuf message, Field field) throws IOException {
    ByteBuf in = message.slice();
    while (in.isReadable()) {
      long tag = varint(in);
      switch ((int) (tag & 7)) {
        case 0 -> varint(in);
        case 1 -> skip(in, 8);
        case LENGTH_DELIMITED -> {
          long length = varint(in);
          if (length < 0 || length > in.readableBytes()) {
            throw new IOException(
                "field of " + length + " bytes in a message with " + in.readableBytes() + " left");
          }
          field.accept((int) (tag >>> 3), in.readSlice((int) length));
        }
        case 5 -> skip(in, 4);
        default -> throw new IOException("wire type " + (tag & 7) + " in Dubbo's wrapper");
      }
    }
  }

  /** The text of a string field. */
  static String text(ByteBuf value) {
    return value.toString(StandardCharsets.UTF_8);
  }

  private static void skip(ByteBuf in, int bytes) throws IOException {
    if (in.readableBytes() < bytes) {
      throw new IOException("Dubbo's wrapper ends within a field");
    }
    in.skipBytes(bytes);
  }

  private static long varint(ByteBuf in) throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT && in.isReadable(); i++) {
      byte b = in.readByte();
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    throw new IOException("Dubbo's wrapper ends within a number");
  }

  /** Receives fields. */
  interface Field {
    /** A field. */
    void accept(int number, ByteBuf value) throws IOException;
  }
}
