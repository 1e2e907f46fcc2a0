package io.duomesh.interop;

import com.google.protobuf.StringValue;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A service of every cardinality on our transport alone, without a runtime above it. */
final class TripleEcho implements ServerTransport.Listener {
  static final String SERVICE = "test.Echo";
  static final Map<String, Type> TYPES =
      Map.of(
          "Unary", Type.UNARY,
          "Fail", Type.UNARY,
          "Hold", Type.UNARY,
          "Split", Type.SERVER_STREAMING,
          "Join", Type.CLIENT_STREAMING,
          "Chat", Type.BIDI_STREAMING);

  private static final ServiceDefinition DEFINITION =
      new ServiceDefinition(
          ServiceName.of(SERVICE),
          TYPES.keySet().stream()
              .map(
                  name ->
                      new ServerMethod(
                          method(name),
                          call -> {
                            throw new UnsupportedOperationException();
                          }))
              .toList(),
          null);

  final AtomicInteger cancelled = new AtomicInteger();

  /** The service's methods, for who serves them by hand. */
  static ServiceDefinition definition() {
    return DEFINITION;
  }

  static MethodDescriptor method(String name) {
    return MethodDescriptor.of(
        ServiceName.of(SERVICE),
        name,
        TYPES.getOrDefault(name, Type.UNARY),
        new PayloadShape.Message(StringValue.class, StringValue.class));
  }

  @Override
  public void onStream(ServerStream stream) {
    if (!stream.service().interfaceName().equals(SERVICE)) {
      stream.close(
          Status.remote(Status.Code.UNIMPLEMENTED, "no service " + stream.service()),
          Metadata.EMPTY);
      return;
    }
    stream.accept(DEFINITION, new Serving(stream));
    stream.request(Integer.MAX_VALUE);
  }

  private final class Serving implements ServerStream.Listener {
    private final ServerStream stream;
    private final List<String> seen = new java.util.ArrayList<>();

    Serving(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onMessage(Payload payload) {
      String text;
      try {
        text = ((StringValue) payload.read()).getValue();
      } catch (RpcException e) {
        stream.close(e.status(), Metadata.EMPTY);
        return;
      }
      seen.add(text);
      switch (stream.methodName()) {
        case "Unary" -> {
          stream.send(StringValue.of(text));
          stream.close(Status.OK, stream.metadata());
        }
        case "Fail" ->
            stream.close(Status.remote(Status.Code.NOT_FOUND, text), Metadata.of("why", "because"));
        case "Split" -> {
          for (String part : text.split(",")) {
            stream.send(StringValue.of(part));
          }
          stream.close(Status.OK, Metadata.EMPTY);
        }
        case "Chat" -> stream.send(StringValue.of("re: " + text));
        default -> {}
      }
    }

    @Override
    public void onHalfClose() {
      if (stream.methodName().equals("Join")) {
        stream.send(StringValue.of(String.join("", seen)));
        stream.close(Status.OK, Metadata.EMPTY);
      } else if (stream.methodName().equals("Chat")) {
        stream.close(Status.OK, Metadata.EMPTY);
      }
    }

    @Override
    public void onCancel() {
      cancelled.incrementAndGet();
    }
  }
}
