package io.duomesh.transport.triple;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.transport.ConnectSpec;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;

/** The methods called on one connection, by descriptor. Safe for use by many threads. */
final class ClientMethods {
  /** Descriptors are made once per method; whoever makes them per call must not fill the memory. */
  private static final int MOST = 4_096;

  private final ConnectSpec spec;
  private final ConcurrentHashMap<MethodDescriptor, ClientMethod> methods =
      new ConcurrentHashMap<>();

  ClientMethods(ConnectSpec spec) {
    this.spec = spec;
  }

  /** What calls of a method share. */
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

  /** A method; one that cannot be carried says so when a message is written. */
  private ClientMethod make(MethodDescriptor method) {
    try {
      return carried(method);
    } catch (IllegalArgumentException e) {
      MessageEncoder none =
          (message, allocator) -> {
            throw new IOException(e.getMessage());
          };
      return new ClientMethod(method, none, BytesCodec.INSTANCE, BytesCodec.INSTANCE, spec);
    }
  }

  private ClientMethod carried(MethodDescriptor method) {
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
