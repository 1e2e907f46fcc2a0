package io.duomesh.transport.inproc;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.HessianReader;
import io.duomesh.transport.serialization.HessianWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way: Java values as Hessian, so that neither side sees the other's objects; a
 * protobuf message, which is immutable, as itself; bytes as a copy.
 */
final class InprocMessage {
  private static final List<String> RESERVED =
      List.of(":", "grpc-", "tri-", "sofa_head_", "rpc_trace_context");

  private final byte @Nullable [] bytes; // null where the message is passed as it is
  private final @Nullable Object whole;

  private InprocMessage(byte @Nullable [] bytes, @Nullable Object whole) {
    this.bytes = bytes;
    this.whole = whole;
  }

  /** A message is larger than the limit. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(int length, int most) {
      super(length + " bytes (expected: at most " + most + ")");
    }
  }

  /** Metadata without the names that protocols keep for themselves. */
  static Metadata userMetadata(Metadata metadata) {
    Metadata kept = metadata;
    for (int i = 0; i < metadata.size(); i++) {
      String name = metadata.name(i);
      for (String prefix : RESERVED) {
        if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
          kept = kept.without(name);
        }
      }
    }
    return kept;
  }

  static InprocMessage request(
      MethodDescriptor method, @Nullable Object message, TransportOptions options)
      throws IOException {
    if (method.shape() instanceof PayloadShape.Arguments) {
      return values(message == null ? new Object[0] : (Object[]) message, options);
    }
    return whole(message);
  }

  static InprocMessage result(
      MethodDescriptor method, @Nullable Object result, TransportOptions options)
      throws IOException {
    return method.shape() instanceof PayloadShape.Arguments
        ? values(new @Nullable Object[] {result}, options)
        : whole(result);
  }

  static InprocMessage exception(Throwable thrown, TransportOptions options) throws IOException {
    return values(new Object[] {thrown}, options);
  }

  private static InprocMessage whole(@Nullable Object message) {
    return new InprocMessage(null, message instanceof byte[] bytes ? bytes.clone() : message);
  }

  private static InprocMessage values(@Nullable Object[] values, TransportOptions options)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HessianWriter writer = HessianWriter.sofa(out, ClassFilter.JDK_ONLY)) {
      for (Object value : values) {
        writer.write(value);
      }
    }
    if (out.size() > options.maxMessageBytes()) {
      throw new TooLargeException(out.size(), options.maxMessageBytes());
    }
    return new InprocMessage(out.toByteArray(), null);
  }

  @Nullable Object readRequest(MethodDescriptor method, TransportOptions options)
      throws IOException {
    if (bytes == null) {
      return whole;
    }
    if (!(method.shape() instanceof PayloadShape.Arguments shape)) {
      throw new IOException(method + " takes no Java arguments");
    }
    List<Type> types = shape.parameterTypes();
    @Nullable Object[] arguments = new @Nullable Object[types.size()];
    try (HessianReader reader =
        HessianReader.sofa(bytes, 0, bytes.length, filter(method, options))) {
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = reader.read(types.get(i));
      }
    }
    return arguments;
  }

  @Nullable Object readResponse(MethodDescriptor method, TransportOptions options)
      throws IOException {
    if (bytes == null) {
      return whole;
    }
    Type type =
        method.shape() instanceof PayloadShape.Arguments shape && shape.resultType() != void.class
            ? shape.resultType()
            : Object.class;
    try (HessianReader reader =
        HessianReader.sofa(bytes, 0, bytes.length, filter(method, options))) {
      Object value = reader.readOrThrown(type);
      if (value instanceof RpcException known) {
        throw known;
      }
      if (value instanceof Throwable thrown) {
        throw new RpcException(Status.application(thrown));
      }
      return value;
    }
  }

  private static ClassFilter filter(MethodDescriptor method, TransportOptions options) {
    return options.classes().add(method);
  }
}
