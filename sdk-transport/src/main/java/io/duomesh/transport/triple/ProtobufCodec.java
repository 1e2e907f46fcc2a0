package io.duomesh.transport.triple;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Protobuf messages of one type, written to and read from buffers without a copy between. */
final class ProtobufCodec implements MessageEncoder, MessageDecoder {
  private final Class<?> type;
  private final Parser<? extends MessageLite> parser;

  private ProtobufCodec(Class<?> type, Parser<? extends MessageLite> parser) {
    this.type = type;
    this.parser = parser;
  }

  /**
   * The codec of a generated message class.
   *
   * @throws IllegalArgumentException if it is none
   */
  static ProtobufCodec of(Class<?> type) {
    try {
      MessageLite prototype = (MessageLite) type.getMethod("getDefaultInstance").invoke(null);
      return new ProtobufCodec(type, prototype.getParserForType());
    } catch (ReflectiveOperationException | ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException(
          "message type " + type.getName() + " (expected: a generated protobuf message)", e);
    }
  }

  @Override
  public ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException {
    if (!(message instanceof MessageLite lite)) {
      throw new IOException(
          "message is "
              + (message == null ? "null" : message.getClass().getName())
              + " (expected: "
              + type.getName()
              + ")");
    }
    int size = lite.getSerializedSize();
    ByteBuf buffer = MessageEncoder.framed(allocator, size);
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(buffer.nioBuffer(PREFIX, size));
      lite.writeTo(out);
      out.flush();
      return buffer.writerIndex(PREFIX + size);
    } catch (IOException | RuntimeException | Error e) {
      buffer.release();
      throw e;
    }
  }

  @Override
  public Object decode(ByteBuf message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message.nioBuffer());
    MessageLite read = parser.parseFrom(in);
    in.checkLastTagWas(0);
    return read;
  }
}
