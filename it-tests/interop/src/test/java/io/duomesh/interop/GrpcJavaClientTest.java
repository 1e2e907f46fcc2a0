package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.StringValue;
import io.duomesh.Settings;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.server.NettyServer;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** grpc-java's client against our server. */
@Timeout(60)
class GrpcJavaClientTest {
  private final Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
  private final TripleEcho service = new TripleEcho();
  private final ServerTransport server =
      NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), service);
  private final ManagedChannel channel =
      NettyChannelBuilder.forAddress("127.0.0.1", server.port())
          .usePlaintext()
          .maxInboundMessageSize(20 << 20)
          .build();

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    channel.awaitTermination(5, TimeUnit.SECONDS);
    server.close();
    transports.close();
  }

  private static MethodDescriptor<StringValue, StringValue> method(String name, MethodType type) {
    return MethodDescriptor.<StringValue, StringValue>newBuilder()
        .setFullMethodName(TripleEcho.SERVICE + "/" + name)
        .setType(type)
        .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .build();
  }

  private String unary(String name, String text, CallOptions options) {
    return ClientCalls.blockingUnaryCall(
            channel, method(name, MethodType.UNARY), options, StringValue.of(text))
        .getValue();
  }

  private static StatusRuntimeException fails(Runnable call) {
    return assertThrows(StatusRuntimeException.class, call::run);
  }

  @Test
  void unaryCallIsAnswered() {
    for (int i = 0; i < 100; i++) {
      assertEquals("héllo " + i, unary("Unary", "héllo " + i, CallOptions.DEFAULT));
    }
  }

  @Test
  void emptyAndLargeMessagesComeBack() {
    assertEquals("", unary("Unary", "", CallOptions.DEFAULT));
    String large = "x".repeat(10 << 20);
    assertEquals(large, unary("Unary", large, CallOptions.DEFAULT));
  }

  @Test
  void compressedRequestIsRead() {
    String text = "abc".repeat(10_000);
    assertEquals(text, unary("Unary", text, CallOptions.DEFAULT.withCompression("gzip")));
  }

  @Test
  void statusAndTrailersComeBack() {
    StatusRuntimeException failure =
        fails(() -> unary("Fail", "naïve 100% a+b\n", CallOptions.DEFAULT));
    assertEquals(Status.Code.NOT_FOUND, failure.getStatus().getCode());
    assertEquals("naïve 100% a+b\n", failure.getStatus().getDescription());
    assertEquals(
        "because",
        failure.getTrailers().get(Metadata.Key.of("why", Metadata.ASCII_STRING_MARSHALLER)));
  }

  @Test
  void unknownMethodAndServiceAreUnimplemented() {
    assertEquals(
        Status.Code.UNIMPLEMENTED,
        fails(() -> unary("Missing", "x", CallOptions.DEFAULT)).getStatus().getCode());
    MethodDescriptor<StringValue, StringValue> other =
        method("x", MethodType.UNARY).toBuilder().setFullMethodName("no.Service/x").build();
    assertEquals(
        Status.Code.UNIMPLEMENTED,
        fails(
                () ->
                    ClientCalls.blockingUnaryCall(
                        channel, other, CallOptions.DEFAULT, StringValue.of("x")))
            .getStatus()
            .getCode());
  }

  @Test
  void metadataIsEchoed() {
    Metadata sent = new Metadata();
    Metadata.Key<byte[]> bytes = Metadata.Key.of("data-bin", Metadata.BINARY_BYTE_MARSHALLER);
    Metadata.Key<String> text = Metadata.Key.of("text", Metadata.ASCII_STRING_MARSHALLER);
    sent.put(bytes, new byte[] {1, 0, -1});
    sent.put(text, "a b");
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    ClientCalls.blockingUnaryCall(
        ClientInterceptors.intercept(
            channel,
            MetadataUtils.newAttachHeadersInterceptor(sent),
            MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)),
        method("Unary", MethodType.UNARY),
        CallOptions.DEFAULT,
        StringValue.of("x"));
    assertArrayEquals(new byte[] {1, 0, -1}, trailers.get().get(bytes));
    assertEquals("a b", trailers.get().get(text));
  }

  @Test
  void deadlineIsKeptByTheServerToo() {
    assertEquals(
        Status.Code.DEADLINE_EXCEEDED,
        fails(
                () ->
                    unary(
                        "Hold", "x", CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMillis(200))))
            .getStatus()
            .getCode());
    Awaitility.await().until(() -> service.cancelled.get() == 1);
  }

  @Test
  void cancelReachesTheServer() {
    var call =
        ClientCalls.futureUnaryCall(
            channel.newCall(method("Hold", MethodType.UNARY), CallOptions.DEFAULT),
            StringValue.of("x"));
    Awaitility.await()
        .pollDelay(Duration.ofMillis(100))
        .until(() -> call.cancel(true) || call.isDone());
    Awaitility.await().until(() -> service.cancelled.get() == 1);
  }

  @Test
  void serverStreamIsReadWhole() {
    List<String> parts = new ArrayList<>();
    ClientCalls.blockingServerStreamingCall(
            channel,
            method("Split", MethodType.SERVER_STREAMING),
            CallOptions.DEFAULT,
            StringValue.of("a,b,c"))
        .forEachRemaining(part -> parts.add(part.getValue()));
    assertEquals(List.of("a", "b", "c"), parts);
  }

  @Test
  void clientStreamIsJoined() throws Exception {
    CompletableFuture<String> joined = new CompletableFuture<>();
    StreamObserver<StringValue> out =
        ClientCalls.asyncClientStreamingCall(
            channel.newCall(method("Join", MethodType.CLIENT_STREAMING), CallOptions.DEFAULT),
            new Last(joined));
    for (int i = 0; i < 10; i++) {
      out.onNext(StringValue.of("" + i));
    }
    out.onCompleted();
    assertEquals("0123456789", joined.get(10, TimeUnit.SECONDS));
  }

  @Test
  void bothSidesOfAStreamTalkInTurns() throws Exception {
    BlockingQueue<String> answers = new ArrayBlockingQueue<>(10);
    CompletableFuture<String> end = new CompletableFuture<>();
    StreamObserver<StringValue> out =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method("Chat", MethodType.BIDI_STREAMING), CallOptions.DEFAULT),
            new Last(end) {
              @Override
              public void onNext(StringValue value) {
                answers.add(value.getValue());
                super.onNext(value);
              }
            });
    for (int i = 0; i < 50; i++) {
      out.onNext(StringValue.of("" + i));
      assertEquals("re: " + i, answers.poll(10, TimeUnit.SECONDS));
    }
    out.onCompleted();
    assertEquals("re: 49", end.get(10, TimeUnit.SECONDS));
  }

  @Test
  void drainLosesNoCall() throws Exception {
    unary("Unary", "x", CallOptions.DEFAULT);
    var held =
        ClientCalls.futureUnaryCall(
            channel.newCall(method("Unary", MethodType.UNARY), CallOptions.DEFAULT),
            StringValue.of("y"));
    var drained = server.drain(Duration.ofSeconds(10)).toCompletableFuture();
    assertEquals("y", held.get(10, TimeUnit.SECONDS).getValue());
    drained.get(10, TimeUnit.SECONDS);
  }

  /** Keeps the last message. */
  private static class Last implements StreamObserver<StringValue> {
    private final CompletableFuture<String> end;
    private String last = "";

    Last(CompletableFuture<String> end) {
      this.end = end;
    }

    @Override
    public void onNext(StringValue value) {
      last = value.getValue();
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(last);
    }
  }
}
