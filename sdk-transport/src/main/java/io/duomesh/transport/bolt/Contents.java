package io.duomesh.transport.bolt;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializers;
import org.jspecify.annotations.Nullable;

/** Chooses how contents are written and read. */
final class Contents {
  private static final ContentCodec PROTOBUF =
      new ValueContent(BoltFrame.PROTOBUF, Serializers.PROTOBUF);
  private static final ContentCodec JSON = new ValueContent(BoltFrame.JSON, Serializers.JSON);

  /** Hessian for errors alone. */
  static final ContentCodec ERRORS = new HessianContent(ClassFilter.JDK_ONLY);

  private static final ContentCodec RAW = new RawContent(ERRORS);
  private static final ContentCodec RAW_PROTOBUF = new RawContent(PROTOBUF);

  private Contents() {}

  /**
   * The codec of a client's method.
   *
   * @param serialization the serializer's name; null for the default of the method's shape
   * @throws IllegalArgumentException if the method cannot be sent so
   */
  static ContentCodec forClient(
      MethodDescriptor method, @Nullable String serialization, TransportOptions options) {
    if (!method.type().clientSendsOne()
        || method.type() == MethodDescriptor.Type.SERVER_STREAMING) {
      throw new IllegalArgumentException(
          method + " streams, which Bolt cannot carry (expected: protocol triple)");
    }
    PayloadShape shape = method.shape();
    if (shape instanceof PayloadShape.Bytes) {
      return Serializers.PROTOBUF.equals(serialization) ? RAW_PROTOBUF : RAW;
    }
    boolean isMessage = shape instanceof PayloadShape.Message;
    String name =
        serialization != null
            ? serialization
            : isMessage ? Serializers.PROTOBUF : Serializers.HESSIAN_SOFA;
    return switch (name) {
      case Serializers.PROTOBUF -> PROTOBUF;
      case Serializers.JSON -> JSON;
      // one name for both protocols: a cluster may move from one to the other
      case Serializers.HESSIAN_SOFA, Serializers.HESSIAN2, "hessian" -> {
        if (isMessage) {
          throw new IllegalArgumentException(
              method + " takes protobuf messages (expected: serialization protobuf or json)");
        }
        yield new HessianContent(clientFilter((PayloadShape.Arguments) shape, method, options));
      }
      default ->
          throw new IllegalArgumentException(
              "serialization: " + name + " (expected on Bolt: hessian-sofa, protobuf or json)");
    };
  }

  private static ClassFilter clientFilter(
      PayloadShape.Arguments shape, MethodDescriptor method, TransportOptions options) {
    ClassFilter known = options.classes().add(method);
    return shape.resultType() == Object.class ? ClassFilter.othersAsMaps(known) : known;
  }

  /** Hessian for the calls of a service. */
  static ContentCodec hessian(ServiceDefinition service, TransportOptions options) {
    return new HessianContent(options.classes().add(service));
  }

  /**
   * The codec of a frame on a server; null if the number is unknown.
   *
   * @param hessian the service's
   */
  static @Nullable ContentCodec forServer(
      int codec, ServiceDefinition.@Nullable ServerMethod method, ContentCodec hessian) {
    if (method != null && method.descriptor().shape() instanceof PayloadShape.Bytes) {
      return RAW;
    }
    return switch (codec) {
      case BoltFrame.HESSIAN -> hessian;
      case BoltFrame.PROTOBUF -> PROTOBUF;
      case BoltFrame.JSON -> JSON;
      default -> null;
    };
  }
}
