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
import java.util.ArrayList;
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
    if (request.arguments().size() != 3 || !(read(request, 0) instanceof String name)) {
      throw new IOException("arguments of $invoke (expected: name, types, arguments)");
    }
    Object types = read(request, 1);
    Object[] arguments = array(read(request, 2));
    WrapperCodec codec =
        codecs.wrapper(find(name, types == null ? null : names(array(types)), arguments.length));
    @Nullable Object[] specific = new @Nullable Object[arguments.length];
    for (int i = 0; i < specific.length; i++) {
      specific[i] = codec.specific(arguments[i], i);
    }
    return specific;
  }

  /** Callers leave out what is empty. */
  private static Object[] array(@Nullable Object value) throws IOException {
    if (value == null) {
      return new Object[0];
    }
    if (value instanceof Object[] array) {
      return array;
    }
    throw new IOException(
        "$invoke takes arrays of types and arguments, not " + value.getClass().getName());
  }

  /** As {@link Class#getName()} has them: {@code int[]} is allowed too. */
  private static List<String> names(Object[] types) {
    List<String> names = new ArrayList<>(types.length);
    for (Object type : types) {
      names.add(TypeText.className(String.valueOf(type)));
    }
    return names;
  }

  private static @Nullable Object read(WrapperRequest request, int index) throws IOException {
    return HESSIAN.read(request.argument(index), Object.class, ClassFilter.GENERIC);
  }

  /** The method of a name with these types, or, where they are left out, so many parameters. */
  private ServerMethod find(String name, @Nullable List<String> types, int count) {
    if (types != null && types.size() != count) {
      throw refusal(
          Status.Code.INVALID_ARGUMENT,
          name + ": " + count + " arguments for the parameter types " + types);
    }
    ServerMethod found = null;
    for (ServerMethod candidate : service.methods()) {
      if (candidate.descriptor().name().equals(name)
          && candidate.descriptor().shape() instanceof PayloadShape.Arguments shape
          && shape.parameterTypes().size() == count
          && (types == null || shape.parameterTypeNames().equals(types))) {
        if (found != null) {
          throw refusal(
              Status.Code.INVALID_ARGUMENT, name + " is overloaded: name the parameter types");
        }
        found = candidate;
      }
    }
    if (found == null) {
      throw refusal(
          Status.Code.UNIMPLEMENTED,
          "service "
              + service.name()
              + " has no method "
              + name
              + (types == null ? " of " + count + " parameters" : types));
    }
    method = found;
    return found;
  }

  private static RpcException refusal(Status.Code code, String message) {
    return new RpcException(Status.remote(code, message));
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
