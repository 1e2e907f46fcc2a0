package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our client against grpc-java's server. */
@Timeout(60)
class GrpcJavaServerTest {
  private final Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private Server server;
  private ClientTransport client;
  private final CountDownLatch draining = new CountDownLatch(1);

  @BeforeEach
  void open() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .maxInboundMessageSize(20 << 20)
            .maxConcurrentCallsPerConnection(50)
            .addService(
                ServerServiceDefinition.builder(TripleEcho.SERVICE)
                    .addMethod(
                        method("Unary", MethodType.UNARY), ServerCalls.asyncUnaryCall(this::unary))
                    .addMethod(
                        method("Fail", MethodType.UNARY), ServerCalls.asyncUnaryCall(this::fail))
                    .addMethod(
                        method("Hold", MethodType.UNARY), ServerCalls.asyncUnaryCall(this::hold))
                    .addMethod(
                        method("Split", MethodType.SERVER_STREAMING),
                        ServerCalls.asyncServerStreamingCall(this::split))
                    .addMethod(method("Join", MethodType.CLIENT_STREAMING), join())
                    .addMethod(method("Chat", MethodType.BIDI_STREAMING), chat())
                    .build())
            .build()
            .start();
    client =
        transports
            .factory("triple")
            .connect(
                new ConnectSpec(
                    "127.0.0.1",
                    server.getPort(),
                    Duration.ofSeconds(5),
                    null,
                    null,
                    transports,
                    Map.of()),
                new ClientTransport.Listener() {
                  @Override
                  public void onDraining() {
                    draining.countDown();
                  }
                });
  }

  @AfterEach
  void close() {
    client.close();
    server.shutdownNow();
    transports.close();
  }

  private void unary(StringValue request, StreamObserver<StringValue> out) {
    if (request.getValue().startsWith("zip")) {
      ((ServerCallStreamObserver<StringValue>) out).setCompression("gzip");
    }
    out.onNext(request);
    out.onCompleted();
  }

  private void fail(StringValue request, StreamObserver<StringValue> out) {
    io.grpc.Metadata trailers = new io.grpc.Metadata();
    trailers.put(
        io.grpc.Metadata.Key.of("why-bin", io.grpc.Metadata.BINARY_BYTE_MARSHALLER),
        new byte[] {1, -1});
    out.onError(
        io.grpc.Status.FAILED_PRECONDITION
            .withDescription(request.getValue())
            .asRuntimeException(trailers));
  }

  private void hold(StringValue request, StreamObserver<StringValue> out) {
    ((ServerCallStreamObserver<StringValue>) out).setOnCancelHandler(cancelled::countDown);
  }

  private void split(StringValue request, StreamObserver<StringValue> out) {
    for (String part : request.getValue().split(",")) {
      out.onNext(StringValue.of(part));
    }
    out.onCompleted();
  }

  private static ServerCallHandler<StringValue, StringValue> join() {
    return ServerCalls.asyncClientStreamingCall(
        out ->
            new Collecting(out) {
              @Override
              public void onCompleted() {
                out.onNext(StringValue.of(String.join("", seen)));
                out.onCompleted();
              }
            });
  }

  private static ServerCallHandler<StringValue, StringValue> chat() {
    return ServerCalls.asyncBidiStreamingCall(
        out ->
            new Collecting(out) {
              @Override
              public void onNext(StringValue value) {
                out.onNext(StringValue.of("re: " + value.getValue()));
              }
            });
  }

  private static class Collecting implements StreamObserver<StringValue> {
    final List<String> seen = new java.util.ArrayList<>();
    private final StreamObserver<StringValue> out;

    Collecting(StreamObserver<StringValue> out) {
      this.out = out;
    }

    @Override
    public void onNext(StringValue value) {
      seen.add(value.getValue());
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }

  private static MethodDescriptor<StringValue, StringValue> method(String name, MethodType type) {
    return MethodDescriptor.<StringValue, StringValue>newBuilder()
        .setFullMethodName(TripleEcho.SERVICE + "/" + name)
        .setType(type)
        .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .build();
  }

  private static final class Call implements ClientStream.Listener {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    @Override
    public void onMessage(Payload payload) {
      try {
        messages.add(((StringValue) payload.read()).getValue());
      } catch (RpcException e) {
        messages.add(e.toString());
      }
    }

    @Override
    public void onClose(Outcome end) {
      outcome.complete(end);
    }

    Outcome await() throws Exception {
      return outcome.get(10, TimeUnit.SECONDS);
    }
  }

  private Call call(String name, String text) {
    return call(name, text, Deadline.after(Duration.ofSeconds(20)));
  }

  private Call call(String name, String text, Deadline deadline) {
    Call call = new Call();
    open(name, call, deadline).send(StringValue.of(text));
    return call;
  }

  private ClientStream open(String name, Call call, Deadline deadline) {
    return client.newStream(
        Invocation.of(
            TripleEcho.method(name), "echo.test", Metadata.EMPTY, CallOptions.DEFAULT, deadline),
        call);
  }

  @Test
  void unaryCallsAreAnswered() throws Exception {
    for (int i = 0; i < 200; i++) {
      Call call = call("Unary", "héllo " + i);
      Outcome outcome = call.await();
      assertTrue(outcome.status().isOk(), outcome::toString);
      assertEquals("héllo " + i, call.messages.poll());
    }
  }

  @Test
  void compressedResponseIsRead() throws Exception {
    String text = "zip".repeat(20_000);
    Call call = call("Unary", text);
    assertTrue(call.await().status().isOk());
    assertEquals(text, call.messages.poll());
  }

  @Test
  void largeMessageComesBack() throws Exception {
    String text = "x".repeat(10 << 20);
    Call call = call("Unary", text);
    Outcome outcome = call.await();
    assertTrue(outcome.status().isOk(), outcome::toString);
    assertEquals(text, call.messages.poll());
  }

  @Test
  void statusAndTrailersComeBack() throws Exception {
    Outcome outcome = call("Fail", "naïve 100% a+b\n").await();
    assertEquals(Status.Code.FAILED_PRECONDITION, outcome.status().code());
    assertEquals("naïve 100% a+b\n", outcome.status().message());
    assertArrayEquals(new byte[] {1, -1}, outcome.trailers().binary("why-bin"));
  }

  @Test
  void unknownMethodIsUnimplemented() throws Exception {
    assertEquals(Status.Code.UNIMPLEMENTED, call("Missing", "x").await().status().code());
  }

  @Test
  void deadlineCancelsTheServersCall() throws Exception {
    Outcome outcome = call("Hold", "x", Deadline.after(Duration.ofMillis(200))).await();
    assertEquals(Status.Code.DEADLINE_EXCEEDED, outcome.status().code());
    assertTrue(cancelled.await(5, TimeUnit.SECONDS));
  }

  @Test
  void serverStreamIsReadWhole() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Split", call, Deadline.NONE);
    stream.send(StringValue.of("a,b,c"));
    stream.request(10);
    assertTrue(call.await().status().isOk());
    assertEquals(List.of("a", "b", "c"), List.copyOf(call.messages));
  }

  @Test
  void clientStreamIsJoined() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Join", call, Deadline.NONE);
    for (int i = 0; i < 10; i++) {
      stream.send(StringValue.of("" + i));
    }
    stream.halfClose();
    assertTrue(call.await().status().isOk());
    assertEquals("0123456789", call.messages.poll());
  }

  @Test
  void bothSidesOfAStreamTalkInTurns() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Chat", call, Deadline.NONE);
    stream.request(Integer.MAX_VALUE);
    for (int i = 0; i < 50; i++) {
      stream.send(StringValue.of("" + i));
      assertEquals("re: " + i, call.messages.poll(10, TimeUnit.SECONDS));
    }
    stream.halfClose();
    assertTrue(call.await().status().isOk());
  }

  @Test
  void callsOverTheServersLimitWaitTheirTurn() throws Exception {
    List<Call> calls = new java.util.ArrayList<>();
    for (int i = 0; i < 300; i++) {
      calls.add(call("Unary", "" + i));
    }
    for (Call call : calls) {
      assertTrue(call.await().status().isOk());
    }
  }

  @Test
  void goAwayDrainsTheConnection() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Chat", call, Deadline.NONE);
    stream.request(Integer.MAX_VALUE);
    stream.send(StringValue.of("1"));
    assertEquals("re: 1", call.messages.poll(10, TimeUnit.SECONDS));
    server.shutdown();
    assertTrue(draining.await(10, TimeUnit.SECONDS));
    assertFalse(client.acceptsStreams());
    stream.send(StringValue.of("2"));
    assertEquals("re: 2", call.messages.poll(10, TimeUnit.SECONDS));
    stream.halfClose();
    assertTrue(call.await().status().isOk());
    assertTrue(server.awaitTermination(10, TimeUnit.SECONDS));
  }
}
