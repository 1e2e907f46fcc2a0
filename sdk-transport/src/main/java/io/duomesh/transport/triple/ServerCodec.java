package io.duomesh.transport.triple;

import io.duomesh.ServiceDefinition.ServerMethod;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the requests and writes the responses of one inbound call. */
interface ServerCodec extends MessageDecoder, MessageEncoder {
  /**
   * The method that the call is for; null until a request has been read where only that says so.
   */
  @Nullable ServerMethod method();

  /**
   * An exception as a message, with its prefix; null where exceptions travel as a status.
   *
   * @throws IOException if it cannot be written
   */
  default @Nullable ByteBuf encodeException(Throwable thrown, ByteBufAllocator allocator)
      throws IOException {
    return null;
  }
}
