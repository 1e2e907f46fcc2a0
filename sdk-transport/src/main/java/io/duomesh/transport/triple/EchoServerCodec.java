package io.duomesh.transport.triple;

import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Dubbo's {@code $echo}: the argument's bytes go back as they came, whatever they mean. */
final class EchoServerCodec implements ServerCodec {
  static final EchoServerCodec INSTANCE = new EchoServerCodec();

  private EchoServerCodec() {}

  private record Echo(String serializeType, ByteBuf argument) {}

  @Override
  public @Nullable ServerMethod method() {
    return null;
  }

  @Override
  public Object decode(ByteBuf message) throws IOException {
    WrapperRequest request = WrapperRequest.read(message);
    if (request.arguments().size() != 1) {
      throw new IOException(request.arguments().size() + " arguments of $echo (expected: 1)");
    }
    // a copy on the heap: it outlives the message and needs no release
    byte[] argument = ByteBufUtil.getBytes(request.arguments().get(0));
    return new Echo(request.serializeType(), Unpooled.wrappedBuffer(argument));
  }

  @Override
  public ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException {
    if (!(message instanceof Echo echo)) {
      throw new IOException("not an echo: " + message);
    }
    return WrapperResponse.write(
        allocator, echo.serializeType(), Object.class.getName(), echo.argument());
  }

  /** Sends what it receives. */
  record Answer(ServerStream stream) implements ServerStream.Listener {
    @Override
    public void onMessage(Payload payload) {
      try {
        stream.send(payload.read());
        stream.close(Status.OK, Metadata.EMPTY);
      } catch (RpcException e) {
        stream.close(e.status(), Metadata.EMPTY);
      }
    }
  }
}
