package io.duomesh.transport.triple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Bytes as they are. */
final class BytesCodec implements MessageEncoder, MessageDecoder {
  static final BytesCodec INSTANCE = new BytesCodec();

  private BytesCodec() {}

  @Override
  public ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException {
    if (!(message instanceof byte[] bytes)) {
      throw new IOException("a message of bytes is " + message + " (expected: byte[])");
    }
    return MessageEncoder.framed(allocator, bytes.length).writeBytes(bytes);
  }

  @Override
  public Object decode(ByteBuf message) {
    return ByteBufUtil.getBytes(message);
  }
}
