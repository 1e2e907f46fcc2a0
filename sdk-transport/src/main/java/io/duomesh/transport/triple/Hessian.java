package io.duomesh.transport.triple;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape.Arguments;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializers;
import org.jspecify.annotations.Nullable;

/** The serializer inside Dubbo's wrapper form. */
final class Hessian {
  private Hessian() {}

  /**
   * The codec of a client's method; where its result may be anything, objects of unknown classes
   * are maps.
   *
   * @param serialization the serializer's name; null for the default
   * @throws IllegalArgumentException if the wrapper form cannot carry it
   */
  static WrapperCodec forClient(
      MethodDescriptor method,
      Arguments shape,
      @Nullable String serialization,
      TransportOptions options) {
    if (serialization != null && !serialization.equals(Serializers.HESSIAN2)) {
      throw new IllegalArgumentException(
          "serialization "
              + serialization
              + " with Java arguments over Triple (expected: "
              + Serializers.HESSIAN2
              + ")");
    }
    return codec(shape, ClassFilter.forClient(method, shape, options.classes()));
  }

  /** The codec of a server's method. */
  static WrapperCodec forServer(
      MethodDescriptor method, Arguments shape, TransportOptions options) {
    return codec(shape, options.classes().add(method));
  }

  private static WrapperCodec codec(Arguments shape, ClassFilter filter) {
    return new WrapperCodec(shape, Serializers.named(Serializers.HESSIAN2), filter);
  }
}
