package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.Settings;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.server.NettyServer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A grpc-java client's calls of every cardinality at our server, which answers by hand. */
@Timeout(60)
class GrpcJavaClientStreamsTest {
  private final Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
  private final BlockingQueue<Serving> calls = new LinkedBlockingQueue<>();
  private final ServerTransport server =
      NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), this::serve);
  private final ManagedChannel channel =
      NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();

  private void serve(ServerStream stream) {
    Serving serving = new Serving(stream);
    stream.accept(SERVICE, serving);
    calls.add(serving);
  }

  private static final ServiceDefinition SERVICE = TripleEcho.definition();

  /** What a test does with a call in its server's place. */
  private static final class Serving implements ServerStream.Listener {
    final ServerStream stream;
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final AtomicInteger ready = new AtomicInteger();

    Serving(ServerStream stream) {
      this.stream = stream;
    }

    void send(String text) {
      stream.send(StringValue.of(text));
    }

    void close(io.duomesh.Status status) {
      stream.close(status, io.duomesh.Metadata.EMPTY);
    }

    String next() throws InterruptedException {
      return events.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public void onMessage(Payload payload) {
      try {
        events.add(((StringValue) payload.read()).getValue());
      } catch (RpcException e) {
        events.add(e.toString());
      }
    }

    @Override
    public void onHalfClose() {
      events.add("half-close");
    }

    @Override
    public void onCancel() {
      events.add("cancel");
    }

    @Override
    public void onReady() {
      ready.incrementAndGet();
    }
  }

  private static final class Answer extends ClientCall.Listener<StringValue> {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> status = new CompletableFuture<>();

    @Override
    public void onMessage(StringValue message) {
      messages.add(message.getValue());
    }

    @Override
    public void onClose(Status end, Metadata trailers) {
      status.complete(end);
    }

    Status await() throws Exception {
      return status.get(10, TimeUnit.SECONDS);
    }

    String next() throws InterruptedException {
      return messages.poll(10, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    channel.awaitTermination(5, TimeUnit.SECONDS);
    server.close();
    transports.close();
  }

  private ClientCall<StringValue, StringValue> open(
      String name, Answer answer, CallOptions options) {
    // whatever the server believes: by hand a client may send any method a stream
    ClientCall<StringValue, StringValue> call =
        channel.newCall(
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                .setFullMethodName(TripleEcho.SERVICE + "/" + name)
                .setType(MethodType.BIDI_STREAMING)
                .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                .build(),
            options);
    call.start(answer, new Metadata());
    return call;
  }

  private Serving serving() throws InterruptedException {
    Serving serving = calls.poll(10, TimeUnit.SECONDS);
    assertNotNull(serving);
    return serving;
  }

  private void assertServes() throws Exception {
    calls.clear();
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call = open("Unary", answer, CallOptions.DEFAULT);
    call.request(2);
    call.sendMessage(StringValue.of("still"));
    call.halfClose();
    Serving serving = serving();
    assertEquals("still", serving.next());
    serving.send("there");
    serving.close(io.duomesh.Status.OK);
    assertTrue(answer.await().isOk(), answer.await()::toString);
    assertEquals("there", answer.next());
  }

  private enum Stage {
    OPENED,
    SENT,
    ANSWERED,
    HALF_CLOSED
  }

  @ParameterizedTest
  @EnumSource
  void cancelAtAnyStageReachesTheServiceOnce(Stage stage) throws Exception {
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call = open("Chat", answer, CallOptions.DEFAULT);
    call.request(10);
    Serving serving = serving();
    serving.stream.request(10);
    if (stage.compareTo(Stage.SENT) >= 0) {
      call.sendMessage(StringValue.of("1"));
      assertEquals("1", serving.next());
    }
    if (stage.compareTo(Stage.ANSWERED) >= 0) {
      serving.send("re: 1");
      assertEquals("re: 1", answer.next());
    }
    if (stage.compareTo(Stage.HALF_CLOSED) >= 0) {
      call.halfClose();
      assertEquals("half-close", serving.next());
    }
    call.cancel("enough", null);
    assertEquals("cancel", serving.next());
    assertTrue(serving.stream.isCancelled());
    serving.send("late");
    serving.close(io.duomesh.Status.OK);
    assertServes();
    assertTrue(serving.events.isEmpty(), serving.events::toString);
  }

  @Test
  void deadlineInMidStreamEndsBothSides() throws Exception {
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call =
        open("Chat", answer, CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(2)));
    call.request(10);
    Serving serving = serving();
    serving.send("first");
    assertEquals("first", answer.next());
    assertEquals(Status.Code.DEADLINE_EXCEEDED, answer.await().getCode());
    assertEquals("cancel", serving.next());
    serving.close(io.duomesh.Status.OK);
    assertServes();
  }

  @Test
  void callerIsHeldBackUntilTheServiceAsks() throws Exception {
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call = open("Join", answer, CallOptions.DEFAULT);
    call.request(1);
    Serving serving = serving();
    StringValue large = StringValue.of("x".repeat(16 << 10));
    int sent = Backpressure.fill(call::isReady, () -> call.sendMessage(large));
    assertTrue(serving.events.isEmpty());
    call.halfClose();
    for (int i = 0; i < sent; i++) {
      serving.stream.request(1);
      assertEquals(large.getValue(), serving.next());
    }
    assertEquals("half-close", serving.next());
    serving.send("joined");
    serving.close(io.duomesh.Status.OK);
    assertTrue(answer.await().isOk());
  }

  @Test
  void serviceIsHeldBackUntilTheCallerAsks() throws Exception {
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call = open("Split", answer, CallOptions.DEFAULT);
    call.sendMessage(StringValue.of("x"));
    call.halfClose();
    Serving serving = serving();
    assertEquals("x", serving.next());
    assertEquals("half-close", serving.next());
    String large = "x".repeat(16 << 10);
    int sent = Backpressure.fill(serving.stream::isReady, () -> serving.send(large));
    int readyBefore = serving.ready.get();
    call.request(sent + 1);
    Awaitility.await().until(() -> serving.ready.get() > readyBefore);
    serving.close(io.duomesh.Status.OK);
    assertTrue(answer.await().isOk());
    assertEquals(sent, answer.messages.size());
  }

  /** None, or two, where the method takes one. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void unaryMethodIsNotCalledWithOtherThanOneMessage(int count) throws Exception {
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call = open("Unary", answer, CallOptions.DEFAULT);
    call.request(2);
    for (int i = 0; i < count; i++) {
      call.sendMessage(StringValue.of("" + i));
    }
    call.halfClose();
    assertEquals(Status.Code.UNIMPLEMENTED, answer.await().getCode());
    Serving serving = serving();
    assertEquals("cancel", serving.next());
    assertTrue(serving.events.isEmpty(), serving.events::toString);
    assertServes();
  }

  @Test
  void answerBeforeTheCallersEndEndsTheCall() throws Exception {
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call = open("Join", answer, CallOptions.DEFAULT);
    call.request(2);
    call.sendMessage(StringValue.of("1"));
    Serving serving = serving();
    serving.stream.request(1);
    assertEquals("1", serving.next());
    serving.send("enough");
    serving.close(io.duomesh.Status.OK);
    assertTrue(answer.await().isOk(), answer.await()::toString);
    assertEquals("enough", answer.next());
    call.sendMessage(StringValue.of("2"));
    serving.close(io.duomesh.Status.remote(io.duomesh.Status.Code.ABORTED, "late"));
    serving.send("late");
    assertServes();
    assertTrue(serving.events.isEmpty(), serving.events::toString);
  }

  @Test
  void streamMayBeRefusedByTrailersAloneOrEndWithoutMessages() throws Exception {
    Answer refused = new Answer();
    open("Chat", refused, CallOptions.DEFAULT).request(1);
    serving().close(io.duomesh.Status.remote(io.duomesh.Status.Code.ABORTED, "no"));
    assertEquals(Status.Code.ABORTED, refused.await().getCode());
    assertEquals("no", refused.await().getDescription());

    Answer empty = new Answer();
    ClientCall<StringValue, StringValue> call = open("Chat", empty, CallOptions.DEFAULT);
    call.request(1);
    call.halfClose();
    Serving serving = serving();
    assertEquals("half-close", serving.next());
    serving.stream.sendHeaders(io.duomesh.Metadata.of("x-a", "b"));
    serving.close(io.duomesh.Status.OK);
    assertTrue(empty.await().isOk(), empty.await()::toString);
    assertTrue(empty.messages.isEmpty());
  }

  @Test
  void secondAnswerOfAUnaryMethodFailsTheCall() throws Exception {
    Answer answer = new Answer();
    ClientCall<StringValue, StringValue> call = open("Unary", answer, CallOptions.DEFAULT);
    call.request(2);
    call.sendMessage(StringValue.of("x"));
    call.halfClose();
    Serving serving = serving();
    assertEquals("x", serving.next());
    serving.send("1");
    serving.send("2");
    serving.close(io.duomesh.Status.OK);
    assertEquals(Status.Code.INTERNAL, answer.await().getCode());
    assertServes();
  }
}
