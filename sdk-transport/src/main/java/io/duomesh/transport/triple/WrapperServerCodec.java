package io.duomesh.transport.triple;

import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call in Dubbo's wrapper form. Its method is known by name and, among overloads, by the types
 * in its first request; answers repeat the request's name of the serialization.
 */
final class WrapperServerCodec implements ServerCodec {
  private final ServiceDefinition service;
  private final String methodName;
  private final ServerCodecs codecs;
  private volatile @Nullable ServerMethod method;
  private volatile String serializeType = WrapperCodec.WIRE_NAME;

  /** A codec of a call; {@code method} is null where there are overloads. */
  WrapperServerCodec(
      ServiceDefinition service,
      String methodName,
      @Nullable ServerMethod method,
      ServerCodecs codecs) {
    this.service = service;
    this.methodName = methodName;
    this.method = method;
    this.codecs = codecs;
  }

  @Override
  public @Nullable ServerMethod method() {
    return method;
  }

  @Override
  public @Nullable Object decode(ByteBuf message) throws IOException {
    WrapperRequest request = WrapperRequest.read(message);
    serializeType = request.serializeType();
    return codecs.wrapper(find(request)).arguments(request);
  }

  private ServerMethod find(WrapperRequest request) {
    List<String> types = request.types();
    // some callers leave the types out
    boolean untyped = types.isEmpty() && !request.arguments().isEmpty();
    ServerMethod found = service.method(methodName, untyped ? null : types);
    if (found == null) {
      throw new RpcException(
          Status.remote(
              Status.Code.UNIMPLEMENTED,
              "service " + service.name() + " has no method " + methodName + types));
    }
    method = found;
    return found;
  }

  @Override
  public ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException {
    return codecs.wrapper(known()).result(message, serializeType, allocator);
  }

  @Override
  public ByteBuf encodeException(Throwable thrown, ByteBufAllocator allocator) throws IOException {
    return codecs.wrapper(known()).exception(thrown, serializeType, allocator);
  }

  private ServerMethod known() throws IOException {
    ServerMethod found = method;
    if (found == null) {
      throw new IOException("a response before the request was read");
    }
    return found;
  }
}
