package io.duomesh.transport.triple;

import io.duomesh.ServiceDefinition.ServerMethod;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Calls whose messages are the method's own: protobuf, or bytes. Safe for use by many threads. */
record MessageServerCodec(ServerMethod method, MessageDecoder requests, MessageEncoder responses)
    implements ServerCodec {
  @Override
  public @Nullable Object decode(ByteBuf message) throws IOException {
    return requests.decode(message);
  }

  @Override
  public ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException {
    return responses.encode(message, allocator);
  }
}
