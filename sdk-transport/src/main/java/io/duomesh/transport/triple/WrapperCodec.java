package io.duomesh.transport.triple;

import io.duomesh.PayloadShape.Arguments;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments and results of one Java method in Dubbo's wrapper form, with final Hessian 2
 * inside, which Dubbo's Java names {@code hessian4} on the wire and others {@code hessian2}.
 */
final class WrapperCodec implements MessageEncoder {
  /** What Dubbo's Java clients write for Hessian 2. */
  static final String WIRE_NAME = "hessian4";

  private static final Set<String> WIRE_NAMES = Set.of(WIRE_NAME, "hessian2");

  private final Arguments shape;
  private final Serializer serializer;
  private final ClassFilter filter;
  private final String resultName;

  WrapperCodec(Arguments shape, Serializer serializer, ClassFilter filter) {
    this.shape = shape;
    this.serializer = serializer;
    this.filter = filter;
    this.resultName = name(shape.resultType());
  }

  /** Writes a request: an {@code Object[]} of the method's arguments. */
  @Override
  public ByteBuf encode(@Nullable Object message, ByteBufAllocator allocator) throws IOException {
    int expected = shape.parameterTypes().size();
    if (!(message instanceof Object[] arguments) || arguments.length != expected) {
      throw new IOException(
          "arguments are " + message + " (expected: an array of " + expected + ")");
    }
    return WrapperRequest.write(
        allocator,
        WIRE_NAME,
        shape.parameterTypeNames(),
        (i, out) -> serializer.write(out, arguments[i], shape.parameterTypes().get(i), filter));
  }

  /** Reads the arguments of a request. */
  @Nullable Object[] arguments(WrapperRequest request) throws IOException {
    checkSerializer(request.serializeType());
    int expected = shape.parameterTypes().size();
    if (request.arguments().size() != expected) {
      throw new IOException(request.arguments().size() + " arguments (expected: " + expected + ")");
    }
    @Nullable Object[] arguments = new @Nullable Object[expected];
    for (int i = 0; i < expected; i++) {
      arguments[i] = serializer.read(request.argument(i), shape.parameterTypes().get(i), filter);
    }
    return arguments;
  }

  /** Writes a result. */
  ByteBuf result(@Nullable Object result, String serializeType, ByteBufAllocator allocator)
      throws IOException {
    return WrapperResponse.write(
        allocator,
        serializeType,
        resultName,
        out -> serializer.write(out, result, shape.resultType(), filter));
  }

  /** Writes an exception in a result's place. */
  ByteBuf exception(Throwable thrown, String serializeType, ByteBufAllocator allocator)
      throws IOException {
    return WrapperResponse.write(
        allocator,
        serializeType,
        resultName,
        out -> serializer.write(out, thrown, Throwable.class, filter));
  }

  /** Reads a result. */
  @Nullable Object readResult(ByteBuf message) throws IOException {
    WrapperResponse response = WrapperResponse.read(message);
    checkSerializer(response.serializeType());
    if (!response.data().isReadable()) {
      return null;
    }
    return serializer.read(response.result(), shape.resultType(), filter);
  }

  /** An argument that was read without knowing its type, as what the method takes. */
  @Nullable Object specific(@Nullable Object generic, int parameter) throws IOException {
    Type type = shape.parameterTypes().get(parameter);
    return convert(generic, type, ClassFilter.GENERIC, type, ClassFilter.textsAsValues(filter));
  }

  /**
   * A result as a caller reads it that has no class of the service: objects as maps, enums as the
   * names of their constants.
   */
  @Nullable Object generic(@Nullable Object result) throws IOException {
    ClassFilter enums = new EnumsOnly(filter);
    return GenericResult.of(convert(result, shape.resultType(), filter, Object.class, enums));
  }

  /** Knows enums; objects of all else are maps. */
  private record EnumsOnly(ClassFilter known) implements ClassFilter {
    @Override
    public @Nullable Class<?> find(String className) {
      Class<?> found = known.find(className);
      return found != null && Enum.class.isAssignableFrom(found) ? found : null;
    }

    @Override
    public boolean othersAsMaps() {
      return true;
    }
  }

  /** Writes a value of no class of the service, by a filter that says what maps are. */
  ByteBuf genericResult(
      @Nullable Object value, ClassFilter maps, String serializeType, ByteBufAllocator allocator)
      throws IOException {
    return WrapperResponse.write(
        allocator,
        serializeType,
        Object.class.getName(),
        out -> serializer.write(out, value, Object.class, maps));
  }

  private @Nullable Object convert(
      @Nullable Object value, Type from, ClassFilter writing, Type to, ClassFilter reading)
      throws IOException {
    if (value == null || value.getClass().equals(to)) {
      return value;
    }
    boolean plain = value instanceof String || value instanceof Boolean;
    if (plain && to instanceof Class<?> taken && taken.isInstance(value)) {
      return value;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    serializer.write(bytes, value, from, writing);
    return serializer.read(new ByteArrayInputStream(bytes.toByteArray()), to, reading);
  }

  /** Reads an exception and throws it. */
  @Nullable Object readException(ByteBuf message) throws IOException {
    WrapperResponse response = WrapperResponse.read(message);
    checkSerializer(response.serializeType());
    Object read = serializer.read(response.result(), Throwable.class, filter);
    if (read instanceof RpcException known) {
      throw known;
    }
    if (read instanceof Throwable thrown) {
      throw new RpcException(Status.application(thrown));
    }
    throw new IOException("an exception came as " + read);
  }

  /**
   * Checks that values are in a form that can be read here.
   *
   * @throws IOException if not
   */
  static void checkSerializer(String serializeType) throws IOException {
    if (!WIRE_NAMES.contains(serializeType)) {
      throw new IOException(
          "serializeType "
              + serializeType
              + " (expected: hessian2 or hessian4; set the caller's"
              + " serialization to hessian2)");
    }
  }

  private static String name(Type type) {
    Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    return raw instanceof Class<?> named ? named.getName() : Object.class.getName();
  }
}
