package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Duomesh;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers of streams on the server's pool of threads: in order, one callback at a time. */
class StreamedServiceTest {
  private static final ServiceName SERVICE = ServiceName.of("demo.Streams");
  private static final MethodDescriptor JOIN =
      method("Join", MethodDescriptor.Type.CLIENT_STREAMING);
  private static final MethodDescriptor CHAT = method("Chat", MethodDescriptor.Type.BIDI_STREAMING);

  private static final MethodDescriptor ONE = method("One", MethodDescriptor.Type.UNARY);
  private static final String DETAILS = "grpc-status-details-bin";

  private final Duomesh server = Duomesh.builder().set("duomesh.server.port", "0").build();
  private Duomesh client = Duomesh.builder().traffic(TrafficSnapshot.EMPTY).build();
  private final AtomicInteger overlaps = new AtomicInteger();
  private final CountDownLatch left = new CountDownLatch(1);

  private static MethodDescriptor method(String name, MethodDescriptor.Type type) {
    return MethodDescriptor.of(SERVICE, name, type, new PayloadShape.Bytes());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(@Nullable Object message) {
    return new String((byte[]) Objects.requireNonNull(message), StandardCharsets.UTF_8);
  }

  @BeforeEach
  void start() {
    ServerHandler handler = Handling::new;
    server.export(
        new ServiceDefinition(
            SERVICE,
            List.of(
                new ServiceDefinition.ServerMethod(JOIN, handler),
                new ServiceDefinition.ServerMethod(CHAT, handler),
                new ServiceDefinition.ServerMethod(ONE, StreamedServiceTest::serveOne)),
            null));
    server.start();
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to("c"))));
    client.close();
    client =
        Duomesh.builder()
            .traffic(
                new TrafficSnapshot(
                    "1",
                    Map.of("streams", Listener.api("streams", Listener.HttpRoutes.of(routes))),
                    Map.of(),
                    Map.of("c", ClusterSpec.of("c", "triple", LbPolicy.ROUND_ROBIN)),
                    Map.of(
                        "c",
                        ClusterEndpoints.of("c", List.of(Endpoint.of("127.0.0.1", server.port())))),
                    null))
            .build();
    client.start();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  /** Headers before the answer; a message "no" is refused with details. */
  private static ServerCall.Listener serveOne(ServerCall call) {
    return message -> {
      call.sendHeaders(Metadata.of("served-by", "here"));
      if (text(message).equals("no")) {
        call.close(
            Status.remote(Status.Code.FAILED_PRECONDITION, "refused"),
            Metadata.builder().add(DETAILS, new byte[] {1, 2, 3}).build());
      } else {
        call.send(message);
        call.close(Status.OK, Metadata.EMPTY);
      }
    };
  }

  private final class Handling implements ServerCall.Listener {
    private final ServerCall call;
    private final StringBuilder seen = new StringBuilder();
    private final AtomicInteger inside = new AtomicInteger();

    Handling(ServerCall call) {
      this.call = call;
      call.request(Integer.MAX_VALUE);
    }

    @Override
    public void onMessage(@Nullable Object message) {
      if (inside.incrementAndGet() != 1) {
        overlaps.incrementAndGet();
      }
      Thread.onSpinWait();
      String text = text(message);
      if (call.method().name().equals("Chat")) {
        call.send(bytes(text));
      } else {
        seen.append(text).append(' ');
      }
      inside.decrementAndGet();
    }

    @Override
    public void onHalfClose() {
      if (call.method().name().equals("Join")) {
        call.send(bytes(seen.toString()));
      }
      call.close(Status.OK, Metadata.EMPTY);
    }

    @Override
    public void onCancel() {
      left.countDown();
    }
  }

  /** What a call brought. */
  private static final class Answers implements ClientCall.Listener {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();
    volatile Metadata headers = Metadata.EMPTY;
    volatile Metadata trailers = Metadata.EMPTY;

    @Override
    public void onHeaders(Metadata received) {
      assertTrue(messages.isEmpty(), "headers come first");
      headers = received;
    }

    @Override
    public void onMessage(@Nullable Object message) {
      messages.add(text(message));
    }

    @Override
    public void onClose(Status status, Metadata received) {
      trailers = received;
      end.complete(status);
    }

    Status status() throws Exception {
      return end.get(15, TimeUnit.SECONDS);
    }
  }

  private ClientCall call(MethodDescriptor method, Answers answers) {
    Channel channel = client.channel("streams");
    ClientCall call =
        channel.newCall(
            Invocation.of(
                method,
                "streams",
                Metadata.EMPTY,
                CallOptions.DEFAULT,
                Deadline.after(Duration.ofSeconds(15))));
    call.start(answers);
    call.request(Integer.MAX_VALUE);
    return call;
  }

  @Test
  void messagesAreServedInOrderAndOneAtATime() throws Exception {
    Answers answers = new Answers();
    ClientCall chat = call(CHAT, answers);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      sent.add("m" + i);
      chat.send(bytes("m" + i));
    }
    chat.halfClose();
    Status status = answers.status();
    assertTrue(status.isOk(), status.toString());
    assertEquals(sent, answers.messages);
    assertEquals(0, overlaps.get());
  }

  @Test
  void streamOfManyMessagesHasOneAnswer() throws Exception {
    Answers answers = new Answers();
    ClientCall join = call(JOIN, answers);
    join.send(bytes("a"));
    join.send(bytes("b"));
    join.halfClose();
    assertTrue(answers.status().isOk());
    assertEquals(List.of("a b "), answers.messages);
  }

  @Test
  void streamWithoutMessagesIsServed() throws Exception {
    Answers answers = new Answers();
    call(JOIN, answers).halfClose();
    Status status = answers.status();
    assertTrue(status.isOk(), status.toString());
    assertEquals(List.of(""), answers.messages);
  }

  @Test
  void handlerHearsThatItsCallerLeft() throws Exception {
    Answers answers = new Answers();
    ClientCall chat = call(CHAT, answers);
    chat.send(bytes("hello"));
    org.awaitility.Awaitility.await().until(() -> answers.messages.size() == 1);
    chat.cancel("bored");
    assertEquals(Status.Code.CANCELLED, answers.status().code());
    assertTrue(left.await(10, TimeUnit.SECONDS));
  }

  @Test
  void headersOfASingleAnswerAreDeliveredBeforeIt() throws Exception {
    Answers answers = new Answers();
    call(ONE, answers).send(bytes("yes"));
    assertTrue(answers.status().isOk());
    assertEquals("here", answers.headers.get("served-by"));
    assertEquals(List.of("yes"), answers.messages);
  }

  @Test
  void detailsOfAStatusReachTheCaller() throws Exception {
    Answers answers = new Answers();
    call(ONE, answers).send(bytes("no"));
    assertEquals(Status.Code.FAILED_PRECONDITION, answers.status().code());
    assertArrayEquals(new byte[] {1, 2, 3}, answers.trailers.binary(DETAILS));
    assertEquals("here", answers.headers.get("served-by"));
  }

  @Test
  void failureOfAStreamSaysWhatWasCalledAndWhere() throws Exception {
    Answers answers = new Answers();
    MethodDescriptor absent = method("Absent", MethodDescriptor.Type.BIDI_STREAMING);
    call(absent, answers).send(bytes("x"));
    String message = answers.status().message();
    String where =
        "demo.Streams/Absent at streams, endpoint 127.0.0.1:" + server.port() + " of c: ";
    assertTrue(message.startsWith(where), message);
  }
}
