package io.duomesh.transport.triple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;

/**
 * Dubbo's TripleResponseWrapper: 1 serializeType, 2 data, 3 type.
 *
 * @param serializeType as the peer wrote it
 * @param data a slice of the message
 * @param type name of the declared result type, also for exceptions
 */
record WrapperResponse(String serializeType, ByteBuf data, String type) {
  private static final int EXPECTED_BYTES = 512;

  /** Reads a wrapper without copying. */
  static WrapperResponse read(ByteBuf message) throws IOException {
    String[] texts = {"", ""};
    ByteBuf[] data = {Unpooled.EMPTY_BUFFER};
    WrapperFields.read(
        message,
        (number, value) -> {
          switch (number) {
            case 1 -> texts[0] = WrapperFields.text(value);
            case 2 -> data[0] = value;
            case 3 -> texts[1] = WrapperFields.text(value);
            default -> {}
          }
        });
    return new WrapperResponse(texts[0], data[0], texts[1]);
  }

  /** The result's bytes. */
  InputStream result() {
    return new ByteBufInputStream(data.slice());
  }

  /** Writes one value. */
  interface Value {
    /** Writes it. */
    void write(ByteBufOutputStream out) throws IOException;
  }

  /** A wrapper with its prefix. */
  static ByteBuf write(ByteBufAllocator allocator, String serializeType, String type, Value value)
      throws IOException {
    ByteBuf scratch = allocator.heapBuffer(EXPECTED_BYTES);
    try (ByteBufOutputStream out = new ByteBufOutputStream(scratch)) {
      value.write(out);
      return write(allocator, serializeType, type, scratch);
    } finally {
      scratch.release();
    }
  }

  /** A wrapper with its prefix, of data as it is. */
  static ByteBuf write(
      ByteBufAllocator allocator, String serializeType, String type, ByteBuf data) {
    int length = data.readableBytes();
    ByteBuf framed =
        MessageEncoder.framed(
            allocator,
            WrapperFields.size(ByteBufUtil.utf8Bytes(serializeType))
                + WrapperFields.size(length)
                + WrapperFields.size(ByteBufUtil.utf8Bytes(type)));
    WrapperFields.write(framed, 1, serializeType);
    WrapperFields.writeHead(framed, 2, length);
    framed.writeBytes(data);
    WrapperFields.write(framed, 3, type);
    return framed;
  }
}
