package io.duomesh.transport.triple;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape.Arguments;
import io.duomesh.Settings;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.ReachableClasses;
import io.duomesh.transport.serialization.Serializers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The serializer inside Dubbo's wrapper form. */
final class Hessian {
  private Hessian() {}

  /**
   * The codec of a method.
   *
   * @param serialization the serializer's name; null for the default
   * @throws IllegalArgumentException if the wrapper form cannot carry it
   */
  static WrapperCodec codec(
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
    return new WrapperCodec(
        shape, Serializers.named(Serializers.HESSIAN2), filter(method, options));
  }

  private static ClassFilter filter(MethodDescriptor method, TransportOptions options) {
    return ReachableClasses.of(
        method, Settings.of(Map.of(ReachableClasses.ALLOW, options.serializationAllow())));
  }
}
