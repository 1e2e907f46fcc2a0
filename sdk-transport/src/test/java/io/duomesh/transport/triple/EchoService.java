package io.duomesh.transport.triple;

import com.google.protobuf.StringValue;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A protobuf service of every cardinality, served on the connection's own thread. */
final class EchoService implements ServerTransport.Listener {
  static final ServiceName NAME = ServiceName.of("test.Echo");
  static final MethodDescriptor UNARY = method("Unary", Type.UNARY);
  static final MethodDescriptor HOLD = method("Hold", Type.UNARY);
  static final MethodDescriptor FAIL = method("Fail", Type.UNARY);
  static final MethodDescriptor SPLIT = method("Split", Type.SERVER_STREAMING);
  static final MethodDescriptor JOIN = method("Join", Type.CLIENT_STREAMING);
  static final MethodDescriptor CHAT = method("Chat", Type.BIDI_STREAMING);
  static final MethodDescriptor PULL = method("Pull", Type.BIDI_STREAMING);
  static final MethodDescriptor MISSING = method("Missing", Type.UNARY);

  private static final ServiceDefinition SERVICE =
      new ServiceDefinition(
          NAME,
          List.of(UNARY, HOLD, FAIL, SPLIT, JOIN, CHAT, PULL).stream()
              .map(m -> new ServerMethod(m, EchoService::unused))
              .toList(),
          null);

  final BlockingQueue<ServerStream> streams = new LinkedBlockingQueue<>();
  final AtomicInteger cancelled = new AtomicInteger();
  final AtomicInteger received = new AtomicInteger();

  private static MethodDescriptor method(String name, Type type) {
    return MethodDescriptor.of(
        NAME, name, type, new PayloadShape.Message(StringValue.class, StringValue.class));
  }

  private static ServerCall.Listener unused(ServerCall call) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onStream(ServerStream stream) {
    if (!stream.service().interfaceName().equals(NAME.interfaceName())) {
      stream.close(
          Status.remote(Status.Code.UNIMPLEMENTED, "no service " + stream.service()),
          Metadata.EMPTY);
      return;
    }
    stream.accept(
        SERVICE,
        new ServerStream.Listener() {
          private final StringBuilder joined = new StringBuilder();

          @Override
          public void onMessage(Payload payload) {
            received.incrementAndGet();
            String text;
            try {
              text = ((StringValue) payload.read()).getValue();
            } catch (RpcException e) {
              stream.close(e.status(), Metadata.EMPTY);
              return;
            }
            joined.append(text);
            serve(stream, text);
          }

          @Override
          public void onHalfClose() {
            switch (String.valueOf(stream.methodName())) {
              case "Join" -> {
                stream.send(StringValue.of(joined.toString()));
                stream.close(Status.OK, Metadata.EMPTY);
              }
              case "Chat", "Pull" -> stream.close(Status.OK, Metadata.of("end", "chat"));
              default -> {}
            }
          }

          @Override
          public void onCancel() {
            cancelled.incrementAndGet();
          }
        });
    streams.add(stream);
    if ("Join".equals(stream.methodName()) || "Chat".equals(stream.methodName())) {
      stream.request(Integer.MAX_VALUE);
    }
  }

  private static void serve(ServerStream stream, String text) {
    switch (String.valueOf(stream.methodName())) {
      case "Unary" -> {
        stream.sendHeaders(Metadata.of("x-head", "h"));
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
      case "Chat", "Pull" -> stream.send(StringValue.of("re: " + text));
      default -> {}
    }
  }
}
