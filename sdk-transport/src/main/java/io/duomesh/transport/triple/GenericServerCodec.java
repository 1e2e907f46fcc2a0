package io.duomesh.transport.triple;

import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializer;
import io.duomesh.transport.serialization.Serializers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One generic call of Dubbo's: {@code $invoke(method, types, arguments)}, with objects as maps that
 * name their {@code class}. The method's own arguments and result go through their serialized form,
 * which is where map and object are the same.
 */
final class GenericServerCodec implements ServerCodec {
  private static final String EXCEPTION = "com.alibaba.dubbo.rpc.service.GenericException";
  private static final Serializer HESSIAN = Serializers.named(Serializers.HESSIAN2);

  private final ServiceDefinition service;
  private final ServerCodecs codecs;
  private volatile @Nullable ServerMethod method;
  private volatile String serializeType = WrapperCodec.WIRE_NAME;

  GenericServerCodec(ServiceDefinition service, ServerCodecs codecs) {
    this.service = service;
    this.codecs = codecs;
  }

  static boolean isGeneric(String methodName) {
    return methodName.equals("$invoke") || methodName.equals("$invokeAsync");
  }

  @Override
  public @Nullable ServerMethod method() {
    return method;
  }

  @Override
  public Object decode(ByteBuf message) throws IOException {
    WrapperRequest request = WrapperRequest.read(message);
    WrapperCodec.checkSerializer(request.serializeType());
    serializeType = request.serializeType();
    if (request.arguments().size() != 3
        || !(read(request, 0) instanceof String name)
        || !(read(request, 1) instanceof Object[] types)
        || !(read(request, 2) instanceof Object[] arguments)) {
      throw new IOException("arguments of $invoke (expected: name, types, arguments)");
    }
    WrapperCodec codec = codecs.wrapper(find(name, types, arguments.length));
    @Nullable Object[] specific = new @Nullable Object[arguments.length];
    for (int i = 0; i < specific.length; i++) {
      specific[i] = codec.specific(arguments[i], i);
    }
    return specific;
  }

  private static @Nullable Object read(WrapperRequest request, int index) throws IOException {
    return HESSIAN.read(request.argument(index), Object.class, ClassFilter.GENERIC);
  }

  private ServerMethod find(String name, Object[] types, int count) {
    List<String> names = Arrays.stream(types).map(String::valueOf).toList();
    ServerMethod found = service.method(name, names);
    if (found == null
        || !(found.descriptor().shape() instanceof PayloadShape.Arguments shape)
        || shape.parameterTypes().size() != count) {
      throw new RpcException(
          Status.remote(
              Status.Code.UNIMPLEMENTED,
              "service " + service.name() + " has no method " + name + names));
    }
    method = found;
    return found;
  }

  @Override
  public ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException {
    WrapperCodec codec = codecs.wrapper(known());
    return codec.genericResult(
        codec.generic(message), ClassFilter.JDK_ONLY, serializeType, allocator);
  }

  @Override
  public ByteBuf encodeException(Throwable thrown, ByteBufAllocator allocator) throws IOException {
    String type = thrown.getClass().getName();
    String text = Objects.toString(thrown.getMessage(), "");
    Map<String, Object> exception = new LinkedHashMap<>();
    exception.put("class", EXCEPTION);
    exception.put("detailMessage", type + ": " + text);
    exception.put("exceptionClass", type);
    exception.put("exceptionMessage", text);
    return codecs
        .wrapper(known())
        .genericResult(exception, ClassFilter.GENERIC, serializeType, allocator);
  }

  private ServerMethod known() throws IOException {
    ServerMethod found = method;
    if (found == null) {
      throw new IOException("a response before the request was read");
    }
    return found;
  }
}
