package io.duomesh.transport.triple;

import io.duomesh.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes one kind of message. Safe for use by many threads. */
interface MessageEncoder {
  /** Bytes in front of each message: its flag and its length. */
  int PREFIX = 5;

  /**
   * A message with its prefix; the caller owns the buffer.
   *
   * @throws IOException if it cannot be written
   */
  ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException;

  /**
   * A message with its prefix; the caller owns the buffer.
   *
   * @throws GrpcFrameException if it is larger than {@code maxBytes}, or cannot be written
   */
  default ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator, int maxBytes)
      throws GrpcFrameException {
    ByteBuf framed;
    try {
      framed = encode(message, allocator);
    } catch (IOException | RuntimeException | Error e) { // a value's own code may throw anything
      throw new GrpcFrameException(
          Status.Code.INTERNAL,
          "message cannot be written: " + (e instanceof Error ? e : e.getMessage()),
          e);
    }
    int size = framed.readableBytes() - PREFIX;
    if (size > maxBytes) {
      framed.release();
      throw GrpcFrameException.tooLarge(size, maxBytes);
    }
    return framed;
  }

  /** A buffer that begins with the prefix of a message of a size. */
  static ByteBuf framed(ByteBufAllocator allocator, int size) {
    return allocator.ioBuffer(PREFIX + size).writeByte(0).writeInt(size);
  }
}
