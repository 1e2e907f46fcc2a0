package io.duomesh.transport.triple;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;
import io.duomesh.transport.ConnectSpec;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;

/** The methods called on one connection, by descriptor. Safe for use by many threads. */
final class ClientMethods {
  /** Descriptors are made once per method; whoever makes them per call must not fill the memory. */
  private static final int MOST = 4_096;

  private static final MethodDescriptor NONE =
      MethodDescriptor.of(
          ServiceName.of("none"), "none", MethodDescriptor.Type.UNARY, new PayloadShape.Bytes());

  private final ConnectSpec spec;
  private final ConcurrentHashMap<MethodDescriptor, ClientMethod> methods =
      new ConcurrentHashMap<>();

  ClientMethods(ConnectSpec spec) {
    this.spec = spec;
  }

  /**
   * What calls of a method share.
   *
   * @throws IllegalArgumentException if its payload cannot be carried
   */
  ClientMethod of(MethodDescriptor descriptor) {
    ClientMethod known = methods.get(descriptor);
    if (known != null) {
      return known;
    }
    if (methods.size() >= MOST) {
      methods.clear();
    }
    return methods.computeIfAbsent(descriptor, this::make);
  }

  /** Stands for a method whose messages cannot be written. */
  ClientMethod unusable(IllegalArgumentException reason) {
    MessageEncoder none =
        (message, allocator) -> {
          throw new IOException(reason.getMessage());
        };
    return new ClientMethod(NONE, none, BytesCodec.INSTANCE, BytesCodec.INSTANCE, spec);
  }

  private ClientMethod make(MethodDescriptor method) {
    PayloadShape shape = method.shape();
    if (shape instanceof PayloadShape.Message message) {
      ProtobufCodec responses = ProtobufCodec.of(message.responseType());
      return new ClientMethod(
          method, ProtobufCodec.of(message.requestType()), responses, responses, spec);
    }
    if (shape instanceof PayloadShape.Arguments arguments) {
      WrapperCodec codec =
          Hessian.forClient(method, arguments, spec.serialization(), spec.transports().options());
      return new ClientMethod(method, codec, codec::readResult, codec::readException, spec);
    }
    return new ClientMethod(
        method, BytesCodec.INSTANCE, BytesCodec.INSTANCE, BytesCodec.INSTANCE, spec);
  }
}
