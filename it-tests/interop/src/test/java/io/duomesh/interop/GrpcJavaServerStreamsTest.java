package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.Settings;
import io.duomesh.Status.Code;
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
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client's calls of every cardinality at a grpc-java server that answers by hand. */
@Timeout(60)
class GrpcJavaServerStreamsTest {
  private final Transports transports = new Transports(TransportOptions.of(Settings.of(Map.of())));
  private final BlockingQueue<Serving> calls = new LinkedBlockingQueue<>();
  private Server server;
  private ClientTransport client;

  /** What a test does with a call in its server's place. */
  private static final class Serving extends ServerCall.Listener<StringValue> {
    final ServerCall<StringValue, StringValue> call;
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    Serving(ServerCall<StringValue, StringValue> call) {
      this.call = call;
    }

    void send(String text) {
      call.sendMessage(StringValue.of(text));
    }

    String next() throws InterruptedException {
      return events.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public void onMessage(StringValue message) {
      events.add(message.getValue());
    }

    @Override
    public void onHalfClose() {
      events.add("half-close");
    }

    @Override
    public void onCancel() {
      events.add("cancel");
    }
  }

  private static final class Call implements ClientStream.Listener {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    final AtomicInteger ends = new AtomicInteger();

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
      ends.incrementAndGet();
      outcome.complete(end);
    }

    Outcome await() throws Exception {
      return outcome.get(10, TimeUnit.SECONDS);
    }

    String next() throws InterruptedException {
      return messages.poll(10, TimeUnit.SECONDS);
    }
  }

  @BeforeEach
  void open() throws Exception {
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(TripleEcho.SERVICE);
    for (String name : TripleEcho.TYPES.keySet()) {
      // whatever the client believes: by hand a server may answer any method as a stream
      service.addMethod(
          MethodDescriptor.<StringValue, StringValue>newBuilder()
              .setFullMethodName(TripleEcho.SERVICE + "/" + name)
              .setType(MethodType.BIDI_STREAMING)
              .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
              .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
              .build(),
          (call, headers) -> {
            Serving serving = new Serving(call);
            calls.add(serving);
            return serving;
          });
    }
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(service.build())
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
                new ClientTransport.Listener() {});
  }

  @AfterEach
  void close() {
    client.close();
    server.shutdownNow();
    transports.close();
  }

  private ClientStream open(String name, Call call, Deadline deadline) {
    return client.newStream(
        Invocation.of(
            TripleEcho.method(name), "echo.test", Metadata.EMPTY, CallOptions.DEFAULT, deadline),
        call);
  }

  private Serving serving() throws InterruptedException {
    Serving serving = calls.poll(10, TimeUnit.SECONDS);
    assertNotNull(serving);
    return serving;
  }

  /** The connection is as good as before. */
  private void assertServes() throws Exception {
    calls.clear();
    Call call = new Call();
    open("Unary", call, Deadline.NONE).send(StringValue.of("still"));
    Serving serving = serving();
    while (!serving.call.getMethodDescriptor().getFullMethodName().endsWith("/Unary")) {
      serving = serving(); // the one before may have come late
    }
    serving.call.request(2);
    assertEquals("still", serving.next());
    serving.call.sendHeaders(new io.grpc.Metadata());
    serving.send("there");
    serving.call.close(Status.OK, new io.grpc.Metadata());
    assertTrue(call.await().status().isOk(), call.await()::toString);
    assertEquals("there", call.next());
    assertEquals(0, client.activeStreams());
  }

  private enum Stage {
    OPENED,
    SENT,
    ANSWERED,
    HALF_CLOSED
  }

  @ParameterizedTest
  @EnumSource
  void cancelAtAnyStageEndsBothSidesOnce(Stage stage) throws Exception {
    Call call = new Call();
    ClientStream stream = open("Chat", call, Deadline.NONE);
    stream.request(10);
    if (stage.compareTo(Stage.SENT) >= 0) {
      stream.send(StringValue.of("1"));
      Serving serving = serving();
      calls.add(serving);
      serving.call.request(10);
      assertEquals("1", serving.next());
    }
    if (stage.compareTo(Stage.ANSWERED) >= 0) {
      calls.peek().call.sendHeaders(new io.grpc.Metadata());
      calls.peek().send("re: 1");
      assertEquals("re: 1", call.next());
    }
    if (stage.compareTo(Stage.HALF_CLOSED) >= 0) {
      stream.halfClose();
      assertEquals("half-close", calls.peek().next());
    }
    stream.cancel("enough");
    stream.cancel("again");
    stream.send(StringValue.of("late"));
    assertEquals(Code.CANCELLED, call.await().status().code());
    if (stage != Stage.OPENED) {
      assertEquals("cancel", serving().next());
    }
    assertServes();
    assertEquals(1, call.ends.get());
  }

  @Test
  void cancelBeforeTheConnectionStandsSendsNothing() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Chat", call, Deadline.NONE);
    stream.cancel("at once");
    assertEquals(Code.CANCELLED, call.await().status().code());
    assertServes();
  }

  @Test
  void deadlineInMidStreamEndsBothSides() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Chat", call, Deadline.after(Duration.ofSeconds(2)));
    stream.request(10);
    Serving serving = serving();
    serving.call.sendHeaders(new io.grpc.Metadata());
    serving.send("first");
    assertEquals("first", call.next());
    Outcome outcome = call.await();
    assertEquals(Code.DEADLINE_EXCEEDED, outcome.status().code());
    assertTrue(outcome.headersSeen());
    assertEquals("cancel", serving.next());
    assertServes();
  }

  @Test
  void callerIsHeldBackUntilTheServerAsks() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Join", call, Deadline.NONE);
    Awaitility.await().until(stream::isReady);
    StringValue large = StringValue.of("x".repeat(16 << 10));
    int sent = Backpressure.fill(stream::isReady, () -> stream.send(large));
    Serving serving = serving();
    assertTrue(serving.events.isEmpty());
    for (int i = 0; i < sent; i++) {
      serving.call.request(1);
      assertEquals(large.getValue(), serving.next());
    }
    Awaitility.await().until(stream::isReady);
    stream.halfClose();
    serving.call.request(1);
    assertEquals("half-close", serving.next());
    serving.call.sendHeaders(new io.grpc.Metadata());
    serving.send("joined");
    serving.call.close(Status.OK, new io.grpc.Metadata());
    assertTrue(call.await().status().isOk());
    assertEquals("joined", call.next());
  }

  @Test
  void serverIsHeldBackUntilTheCallerAsks() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Split", call, Deadline.NONE);
    stream.send(StringValue.of("x"));
    Serving serving = serving();
    serving.call.sendHeaders(new io.grpc.Metadata());
    String large = "x".repeat(16 << 10);
    int sent = Backpressure.fill(serving.call::isReady, () -> serving.send(large));
    assertTrue(call.messages.isEmpty());
    stream.request(1);
    assertEquals(large, call.next());
    stream.request(sent);
    serving.call.close(Status.OK, new io.grpc.Metadata());
    assertTrue(call.await().status().isOk());
    assertEquals(sent - 1, call.messages.size());
  }

  @Test
  void streamMayBeRefusedByTrailersAlone() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Chat", call, Deadline.NONE);
    stream.request(1);
    serving().call.close(Status.ABORTED.withDescription("no"), new io.grpc.Metadata());
    Outcome outcome = call.await();
    assertEquals(Code.ABORTED, outcome.status().code());
    assertEquals("no", outcome.status().message());
    assertTrue(outcome.trailersOnly());
    assertServes();
  }

  @Test
  void unaryCallThatIsAnsweredTwiceOrNotAtAllFails() throws Exception {
    Call two = new Call();
    open("Unary", two, Deadline.NONE).send(StringValue.of("x"));
    Serving serving = serving();
    serving.call.sendHeaders(new io.grpc.Metadata());
    serving.send("1");
    serving.send("2");
    serving.call.close(Status.OK, new io.grpc.Metadata());
    assertFalse(two.await().status().isOk());
    assertTrue(two.messages.isEmpty());

    Call none = new Call();
    open("Unary", none, Deadline.NONE).send(StringValue.of("x"));
    serving().call.close(Status.OK, new io.grpc.Metadata());
    assertFalse(none.await().status().isOk());
    assertServes();
  }

  @Test
  void unaryCallSendsOneMessageAndNoMore() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Unary", call, Deadline.NONE);
    stream.send(StringValue.of("1"));
    stream.send(StringValue.of("2"));
    assertEquals(Code.INTERNAL, call.await().status().code());
    assertServes();
  }

  @Test
  void answerBeforeTheCallersEndEndsTheCall() throws Exception {
    Call call = new Call();
    ClientStream stream = open("Join", call, Deadline.NONE);
    stream.send(StringValue.of("1"));
    Serving serving = serving();
    serving.call.request(1);
    assertEquals("1", serving.next());
    serving.call.sendHeaders(new io.grpc.Metadata());
    serving.send("enough");
    serving.call.close(Status.OK, new io.grpc.Metadata());
    assertTrue(call.await().status().isOk(), call.await()::toString);
    assertEquals("enough", call.next());
    stream.send(StringValue.of("2"));
    stream.halfClose();
    assertServes();
    assertEquals(1, call.ends.get());
  }

  @Test
  void streamMayEndWithoutAnyMessage() throws Exception {
    for (String name : new String[] {"Join", "Chat"}) {
      Call call = new Call();
      ClientStream stream = open(name, call, Deadline.NONE);
      stream.request(1);
      stream.halfClose();
      stream.halfClose();
      Serving serving = serving();
      serving.call.request(1);
      assertEquals("half-close", serving.next());
      serving.call.sendHeaders(new io.grpc.Metadata());
      if (name.equals("Join")) {
        serving.send("nothing");
      }
      serving.call.close(Status.OK, new io.grpc.Metadata());
      assertTrue(call.await().status().isOk(), call.await()::toString);
    }
  }
}
