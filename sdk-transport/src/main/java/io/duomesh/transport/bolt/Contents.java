package io.duomesh.transport.bolt;

import com.google.protobuf.MessageLite;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.transport.BoltMessage;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses how contents are written and read. */
final class Contents {
  private static final String HESSIAN = "hessian";
  private static final ContentCodec PROTOBUF =
      new ValueContent(BoltFrame.PROTOBUF, Serializers.PROTOBUF);
  private static final ContentCodec JSON = new ValueContent(BoltFrame.JSON, Serializers.JSON);

  /** Hessian for errors alone. */
  static final ContentCodec ERRORS = new HessianContent(ClassFilter.JDK_ONLY);

  private static final ContentCodec RAW = new RawContent(ERRORS);
  private static final ContentCodec RAW_PROTOBUF = new RawContent(PROTOBUF);

  private static final ContentCodec FORWARDED = new ForwardedContent(ERRORS);
  private static final ContentCodec FORWARDED_PROTOBUF = new ForwardedContent(PROTOBUF);
  private static final ContentCodec FORWARDED_JSON = new ForwardedContent(JSON);
  private static final ContentCodec FORWARDED_PLAIN = new ForwardedContent(PlainContent.ERRORS);

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
    if (isForwarded(shape)) {
      return FORWARDED;
    }
    boolean isMessage = shape instanceof PayloadShape.Message;
    PayloadShape.Message plain = plainTypes(shape);
    if (plain != null && (serialization == null || isHessian(serialization))) {
      return plain(plain, options);
    }
    String name =
        serialization != null
            ? serialization
            : isMessage ? Serializers.PROTOBUF : Serializers.HESSIAN_SOFA;
    return switch (name) {
      case Serializers.PROTOBUF -> PROTOBUF;
      case Serializers.JSON -> JSON;
      case Serializers.HESSIAN_SOFA, Serializers.HESSIAN2, HESSIAN -> {
        if (isMessage) {
          throw new IllegalArgumentException(
              method + " takes protobuf messages (expected: serialization protobuf or json)");
        }
        yield new HessianContent(
            ClassFilter.forClient(method, (PayloadShape.Arguments) shape, options.classes()));
      }
      default ->
          throw new IllegalArgumentException(
              "serialization: " + name + " (expected on Bolt: hessian-sofa, protobuf or json)");
    };
  }

  /** One name for both protocols: a cluster may move from one to the other. */
  private static boolean isHessian(String name) {
    return name.equals(HESSIAN)
        || name.equals(Serializers.HESSIAN_SOFA)
        || name.equals(Serializers.HESSIAN2);
  }

  private static boolean isForwarded(PayloadShape shape) {
    return shape instanceof PayloadShape.Message types && types.requestType() == BoltMessage.class;
  }

  /** The types of a plain SOFABolt method; null if the shape is another. */
  private static PayloadShape.@Nullable Message plainTypes(PayloadShape shape) {
    return shape instanceof PayloadShape.Message types
            && !MessageLite.class.isAssignableFrom(types.requestType())
        ? types
        : null;
  }

  private static ContentCodec plain(PayloadShape.Message types, TransportOptions options) {
    return new PlainContent(
        options.classes().addTypes(List.of(types.requestType(), types.responseType())));
  }

  /** Hessian for the calls of a service. */
  static ContentCodec hessian(ServiceDefinition service, TransportOptions options) {
    for (ServiceDefinition.ServerMethod method : service.methods()) {
      PayloadShape.Message types = plainTypes(method.descriptor().shape());
      if (types != null) {
        return isForwarded(types) ? FORWARDED : plain(types, options);
      }
    }
    return new HessianContent(options.classes().add(service));
  }

  /**
   * The codec of a frame on a server; null if the number is unknown.
   *
   * @param isPlain whether the request is plain SOFABolt's
   * @param hessian the service's
   */
  static @Nullable ContentCodec forServer(
      int codec,
      boolean isPlain,
      ServiceDefinition.@Nullable ServerMethod method,
      ContentCodec hessian) {
    PayloadShape shape = method == null ? null : method.descriptor().shape();
    if (shape instanceof PayloadShape.Bytes) {
      return RAW;
    }
    if (shape != null && isForwarded(shape)) {
      return isPlain
          ? FORWARDED_PLAIN
          : switch (codec) {
            case BoltFrame.PROTOBUF -> FORWARDED_PROTOBUF;
            case BoltFrame.JSON -> FORWARDED_JSON;
            default -> FORWARDED;
          };
    }
    return switch (codec) {
      case BoltFrame.HESSIAN -> hessian;
      case BoltFrame.PROTOBUF -> isPlain ? null : PROTOBUF;
      case BoltFrame.JSON -> isPlain ? null : JSON;
      default -> null;
    };
  }

  /** How errors of calls are written that no codec was found for. */
  static ContentCodec errors(boolean isPlain) {
    return isPlain ? PlainContent.ERRORS : ERRORS;
  }
}
