package io.duomesh.transport.triple;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one kind of message. Safe for use by many threads. */
interface MessageDecoder {
  /**
   * The message of some bytes, which stay the caller's.
   *
   * @throws IOException if it cannot be read
   * @throws io.duomesh.RpcException if it is an exception, or is for a method that is not there
   */
  @Nullable Object decode(ByteBuf message) throws IOException;
}
