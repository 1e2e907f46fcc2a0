package io.duomesh.transport.triple;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.TransportOptions;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The codecs of the methods that a server offers. Safe for use by many threads. */
final class ServerCodecs {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCodecs.class);

  /** Services are defined once; whoever defines them per call must not fill the memory. */
  private static final int MOST = 4_096;

  private final TransportOptions options;
  private final ConcurrentHashMap<ServerMethod, MessageServerCodec> messages =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<MethodDescriptor, WrapperCodec> wrappers =
      new ConcurrentHashMap<>();

  ServerCodecs(TransportOptions options) {
    this.options = options;
  }

  /**
   * The codec of a call of a method by name.
   *
   * @throws GrpcFrameException if the service has none of that name, or one that cannot be served
   */
  ServerCodec of(ServiceDefinition service, String methodName) throws GrpcFrameException {
    if (methodName.equals("$echo")) {
      return EchoServerCodec.INSTANCE; // Dubbo's EchoService: is the service there?
    }
    ServerCodec found;
    try {
      found = find(service, methodName);
    } catch (IllegalArgumentException e) {
      LOG.error("{}/{} cannot be served: {}", service.name(), methodName, e.getMessage());
      throw new GrpcFrameException(Status.Code.INTERNAL, "cannot be served: " + e.getMessage(), e);
    }
    if (found == null) {
      throw new GrpcFrameException(
          Status.Code.UNIMPLEMENTED, "service " + service.name() + " has no method " + methodName);
    }
    return found;
  }

  private @Nullable ServerCodec find(ServiceDefinition service, String methodName) {
    ServerMethod only = null;
    int count = 0;
    for (ServerMethod candidate : service.methods()) {
      if (candidate.descriptor().name().equals(methodName)) {
        only = count++ == 0 ? candidate : only;
      }
    }
    if (only == null) {
      return GenericServerCodec.isGeneric(methodName)
          ? new GenericServerCodec(service, this)
          : null;
    }
    if (only.descriptor().shape() instanceof PayloadShape.Arguments) {
      return new WrapperServerCodec(service, methodName, count == 1 ? only : null, this);
    }
    MessageServerCodec known = messages.get(only);
    return known != null ? known : room(messages).computeIfAbsent(only, ServerCodecs::make);
  }

  /** The wrapper's codec of a method whose shape is arguments. */
  WrapperCodec wrapper(ServerMethod method) {
    MethodDescriptor descriptor = method.descriptor();
    WrapperCodec known = wrappers.get(descriptor);
    return known != null ? known : room(wrappers).computeIfAbsent(descriptor, this::makeWrapper);
  }

  private static <K, V> ConcurrentHashMap<K, V> room(ConcurrentHashMap<K, V> codecs) {
    if (codecs.size() >= MOST) {
      codecs.clear();
    }
    return codecs;
  }

  private WrapperCodec makeWrapper(MethodDescriptor descriptor) {
    if (!(descriptor.shape() instanceof PayloadShape.Arguments arguments)) {
      throw new IllegalArgumentException(descriptor + ": not called by arguments");
    }
    return Hessian.forServer(descriptor, arguments, options);
  }

  private static MessageServerCodec make(ServerMethod method) {
    if (method.descriptor().shape() instanceof PayloadShape.Message message) {
      return new MessageServerCodec(
          method,
          ProtobufCodec.of(message.requestType()),
          ProtobufCodec.of(message.responseType()));
    }
    return new MessageServerCodec(method, BytesCodec.INSTANCE, BytesCodec.INSTANCE);
  }
}
