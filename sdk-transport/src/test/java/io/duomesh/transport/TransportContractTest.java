package io.duomesh.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.ServiceName;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.Status.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import trap.Unmentioned;

/** What every transport must do, whatever its bytes look like. */
@Timeout(60)
abstract class TransportContractTest {
  private static final int LIMIT = 4 << 20;

  final Transports transports =
      new Transports(
          TransportOptions.of(
              Settings.of(
                  Map.of(
                      "duomesh.transport.event-loops", "2",
                      "duomesh.transport.max-message-size", String.valueOf(LIMIT),
                      "duomesh.transport.write-buffer-size", "65536"))));
  final ContractService service = new ContractService();
  final ConnectionEvents events = new ConnectionEvents();
  ServerTransport server;
  ClientTransport client;

  /** The transport under test. */
  abstract String protocol();

  /** Opens a server for the listener. */
  abstract ServerTransport listen(ServerTransport.Listener listener);

  /** How to connect to a server, or to what was one. */
  abstract ConnectSpec spec(ServerTransport to);

  /** Records what a connection goes through. */
  static final class ConnectionEvents implements ClientTransport.Listener {
    final CountDownLatch ready = new CountDownLatch(1);
    final CountDownLatch draining = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger closings = new AtomicInteger();
    volatile boolean wasReady;
    volatile String reason = "";

    boolean wasReadyOrIs() {
      return wasReady || ready.getCount() == 0;
    }

    @Override
    public void onReady() {
      ready.countDown();
    }

    @Override
    public void onDraining() {
      draining.countDown();
    }

    @Override
    public void onClosed(String newReason, boolean newWasReady) {
      closings.incrementAndGet();
      reason = newReason;
      wasReady = newWasReady;
      closed.countDown();
    }
  }

  @BeforeEach
  void open() {
    server = listen(service);
    client = connect(events);
  }

  @AfterEach
  void shut() {
    service.close();
    client.close();
    server.close();
    transports.close();
  }

  private ClientTransport connect(ClientTransport.Listener listener) {
    return transports.factory(protocol()).connect(spec(server), listener);
  }

  static Invocation head(MethodDescriptor method) {
    return head(method, Deadline.after(Duration.ofSeconds(20)));
  }

  static Invocation head(MethodDescriptor method, Deadline deadline) {
    return Invocation.of(method, "test", Metadata.EMPTY, CallOptions.DEFAULT, deadline);
  }

  private RecordedCall call(MethodDescriptor method, Object... arguments) {
    return send(client, head(method), arguments);
  }

  static RecordedCall send(ClientTransport to, Invocation head, Object message) {
    RecordedCall call = new RecordedCall();
    to.newStream(head, call).send(message);
    return call;
  }

  // ---- results

  @Test
  void argumentComesBack() throws Exception {
    assertEquals("héllo 😀", call(ContractService.ECHO, "héllo 😀").value());
  }

  @Test
  void nullArgumentComesBack() throws Exception {
    assertNull(call(ContractService.ECHO, new Object[] {null}).value());
  }

  @Test
  void objectComesBackChanged() throws Exception {
    ContractService.Order order = new ContractService.Order();
    order.item = "book";
    order.tags = List.of("a", "b");
    ContractService.Order answer =
        assertInstanceOf(ContractService.Order.class, call(ContractService.ORDER, order).value());
    assertEquals("book", answer.item);
    assertEquals(1, answer.count);
    assertEquals(List.of("a", "b"), answer.tags);
  }

  @Test
  void overloadIsChosenByParameterTypes() throws Exception {
    assertEquals(5L, call(ContractService.ADD, 2, 3L).value());
    assertEquals("23", call(ContractService.ADD_TEXT, "2", "3").value());
  }

  @Test
  void methodWithoutResultAnswersNull() throws Exception {
    assertNull(call(ContractService.NOTHING).value());
  }

  @Test
  void bytesPassAsTheyAre() throws Exception {
    byte[] bytes = {0, 1, -1, 127};
    assertArrayEquals(bytes, (byte[]) send(client, head(ContractService.BYTES), bytes).value());
  }

  @Test
  void threeMegabytesComeBack() throws Exception {
    String large = "x".repeat(3 << 20);
    assertEquals(large, call(ContractService.ECHO, large).value());
  }

  @Test
  void metadataTravelsBothWays() throws Exception {
    Invocation head =
        head(ContractService.ECHO).withMetadata("prefix", "pre-").withMetadata("other", "ü");
    RecordedCall call = send(client, head, new Object[] {"x"});
    assertEquals("pre-x", call.value());
    ServerStream stream = service.streams.poll(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    assertEquals("ü", stream.metadata().get("other"));
    assertEquals(protocol(), stream.protocol());
    assertEquals("yes", call.outcome().trailers().get("done"));
  }

  @Test
  void namesOfTheProtocolAreNotTheUsers() throws Exception {
    Invocation head =
        head(ContractService.ECHO)
            .withMetadata("grpc-timeout", "1n")
            .withMetadata("sofa_head_method_name", "other")
            .withMetadata(":path", "/other");
    RecordedCall call = send(client, head, new Object[] {"x"});
    assertEquals("x", call.value());
    ServerStream stream = service.streams.poll(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    assertTrue(stream.metadata().isEmpty(), stream.metadata()::toString);
  }

  @Test
  void oneWayCallEndsWithoutAnswerAndArrives() throws Exception {
    assertTrue(call(ContractService.NOTIFY, "told").outcome().status().isOk());
    assertEquals("told", service.notified.poll(5, TimeUnit.SECONDS));
    ServerStream stream = service.streams.poll(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    assertTrue(stream.isOneWay());
  }

  // ---- errors

  @Test
  void exceptionOfTheServiceComesAsItself() throws Exception {
    RecordedCall call = call(ContractService.REFUSE, "you");
    RpcException thrown = assertThrows(RpcException.class, call::value);
    assertEquals(Origin.APPLICATION, thrown.status().origin());
    ContractService.RefusedException cause =
        assertInstanceOf(ContractService.RefusedException.class, thrown.status().cause());
    assertEquals("refused: you", cause.getMessage());
  }

  @Test
  void statusOfTheServiceKeepsItsCode() throws Exception {
    Status status = call(ContractService.FAIL, "x").status();
    assertEquals(Code.FAILED_PRECONDITION, status.code());
    assertTrue(status.message().contains("not now: x"), status::toString);
  }

  @Test
  void unknownServiceIsUnimplemented() throws Exception {
    MethodDescriptor method =
        MethodDescriptor.of(
            ServiceName.of("test.Absent"), "echo", Type.UNARY, ContractService.ECHO.shape());
    Status status = call(method, "x").status();
    assertEquals(Code.UNIMPLEMENTED, status.code());
    assertEquals(Origin.REMOTE, status.origin());
    assertTrue(status.message().contains("test.Absent"), status::toString);
  }

  @Test
  void unknownMethodIsUnimplemented() throws Exception {
    Status status = call(ContractService.MISSING, "x").status();
    assertEquals(Code.UNIMPLEMENTED, status.code());
    assertTrue(status.message().contains("missing"), status::toString);
  }

  @Test
  void argumentThatCannotBeWrittenNeverLeaves() throws Exception {
    Status status = call(ContractService.ANYTHING, new ContractService.Unwritable()).status();
    assertEquals(Code.INTERNAL, status.code());
    assertEquals(Origin.LOCAL, status.origin());
    assertTrue(status.unprocessed());
    assertEquals("after", call(ContractService.ECHO, "after").value());
  }

  @Test
  void resultThatCannotBeWrittenIsInternal() throws Exception {
    Status status = call(ContractService.UNWRITABLE).status();
    assertEquals(Code.INTERNAL, status.code());
    assertEquals("after", call(ContractService.ECHO, "after").value());
  }

  @Test
  void argumentThatCannotBeReadFailsItsCallAlone() throws Exception {
    Status status = call(ContractService.ANYTHING, new Unmentioned("x")).status();
    assertEquals(Code.INVALID_ARGUMENT, status.code());
    assertTrue(status.message().contains("trap.Unmentioned"), status.message());
    assertTrue(status.message().contains("duomesh.serialization.allow"), status.message());
    assertEquals("after", call(ContractService.ECHO, "after").value());
  }

  @Test
  void messageOverTheLimitIsRefused() throws Exception {
    Status status = call(ContractService.ECHO, "x".repeat(LIMIT + 1)).status();
    assertEquals(Code.RESOURCE_EXHAUSTED, status.code());
    assertEquals("after", call(ContractService.ECHO, "after").value());
  }

  @Test
  void answerOverTheLimitIsRefused() throws Exception {
    Invocation head = head(ContractService.ECHO).withMetadata("prefix", "x".repeat(8_000));
    RecordedCall call = send(client, head, new Object[] {"x".repeat(LIMIT - 4_000)});
    assertEquals(Code.RESOURCE_EXHAUSTED, call.status().code(), call.status()::toString);
    assertEquals("after", call(ContractService.ECHO, "after").value());
  }

  // ---- time and cancellation

  @Test
  void deadlineEndsTheCallAndIsKnownToTheServer() throws Exception {
    Deadline deadline = Deadline.after(Duration.ofMillis(300));
    RecordedCall call = send(client, head(ContractService.HOLD, deadline), new Object[] {"x"});
    Status status = call.status();
    assertTrue(deadline.isExpired(), "ended early");
    assertEquals(Code.DEADLINE_EXCEEDED, status.code());
    assertEquals(ResponseFlag.UT, status.flag());
    ServerStream stream = service.streams.poll(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    long left = TimeUnit.NANOSECONDS.toMillis(stream.deadline().remainingNanos());
    assertTrue(left <= 300 && left > -10_000, "left: " + left);
    Awaitility.await().until(() -> service.cancelled.get() == 1);
    service.release.countDown();
    assertEquals("late", call(ContractService.ECHO, "late").value()); // the late answer is dropped
  }

  @Test
  void deadlineThatHasPassedSendsNothing() throws Exception {
    RecordedCall call =
        send(client, head(ContractService.ECHO, Deadline.afterNanos(-1)), new Object[] {"x"});
    assertEquals(Code.DEADLINE_EXCEEDED, call.status().code());
    assertEquals("after", call(ContractService.ECHO, "after").value());
    assertEquals(1, service.streams.size());
  }

  @Test
  void callWithoutDeadlineHasNoneAtTheServer() throws Exception {
    assertEquals(
        "x", send(client, head(ContractService.ECHO, Deadline.NONE), new Object[] {"x"}).value());
    ServerStream stream = service.streams.poll(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    assertTrue(stream.deadline().isNone());
  }

  @Test
  void cancelEndsTheCallAtOnce() throws Exception {
    RecordedCall call = new RecordedCall();
    ClientStream stream = client.newStream(head(ContractService.HOLD), call);
    stream.send(new Object[] {"x"});
    assertNotNull(service.streams.poll(5, TimeUnit.SECONDS));
    stream.cancel("enough");
    stream.cancel("enough again");
    assertEquals(Code.CANCELLED, call.status().code());
    service.release.countDown();
    assertEquals("after", call(ContractService.ECHO, "after").value());
    assertEquals(0, client.activeStreams());
  }

  // ---- connections

  @Test
  void refusedConnectionEndsCallsUnprocessed() throws Exception {
    server.close();
    client.close();
    ConnectionEvents refused = new ConnectionEvents();
    Awaitility.await().until(() -> events.closed.getCount() == 0);
    ClientTransport other = connect(refused);
    RecordedCall call = send(other, head(ContractService.ECHO), new Object[] {"x"});
    Status status = call.status();
    assertEquals(Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UF, status.flag());
    assertTrue(status.unprocessed());
    assertTrue(refused.closed.await(5, TimeUnit.SECONDS));
    assertFalse(refused.wasReady);
    assertFalse(other.acceptsStreams());
  }

  @Test
  void callsInFlightEndOnceWhenTheServerCloses() throws Exception {
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(call(ContractService.HOLD, "x"));
    }
    assertNotNull(service.streams.poll(5, TimeUnit.SECONDS));
    server.close();
    for (RecordedCall call : calls) {
      Status status = call.status();
      assertEquals(Code.UNAVAILABLE, status.code());
      assertEquals(Origin.TRANSPORT, status.origin());
    }
    assertTrue(events.closed.await(5, TimeUnit.SECONDS));
    assertTrue(events.wasReady);
    assertEquals(1, events.closings.get());
    assertEquals(0, client.activeStreams());
    Awaitility.await().until(() -> service.cancelled.get() > 0);
  }

  @Test
  void closedConnectionRefusesCallsUnprocessed() throws Exception {
    assertEquals("x", call(ContractService.ECHO, "x").value());
    client.close();
    assertTrue(events.closed.await(5, TimeUnit.SECONDS));
    Status status = call(ContractService.ECHO, "y").status();
    assertEquals(Code.UNAVAILABLE, status.code());
    assertTrue(status.unprocessed());
    assertFalse(client.isReady());
  }

  @Test
  void drainedClientEndsItsCallsAndTakesNoMore() throws Exception {
    RecordedCall held = call(ContractService.HOLD, "held");
    assertNotNull(service.streams.poll(5, TimeUnit.SECONDS));
    client.drain();
    assertTrue(events.draining.await(5, TimeUnit.SECONDS));
    assertFalse(client.acceptsStreams());
    Status refused = call(ContractService.ECHO, "new").status();
    assertEquals(Code.UNAVAILABLE, refused.code());
    assertTrue(refused.unprocessed());
    assertFalse(held.hasEnded());
    service.release.countDown();
    assertEquals("held", held.value());
    assertTrue(events.closed.await(5, TimeUnit.SECONDS));
  }

  @Test
  void drainedServerEndsItsCallsAndThenCloses() throws Exception {
    RecordedCall held = call(ContractService.HOLD, "held");
    assertNotNull(service.streams.poll(5, TimeUnit.SECONDS));
    var drained = server.drain(Duration.ofSeconds(20)).toCompletableFuture();
    assertFalse(drained.isDone());
    service.release.countDown();
    assertEquals("held", held.value());
    drained.get(10, TimeUnit.SECONDS);
    assertTrue(events.closed.await(5, TimeUnit.SECONDS));
  }

  @Test
  void drainOfAServerIsOverAfterItsTime() throws Exception {
    RecordedCall held = call(ContractService.HOLD, "held");
    assertNotNull(service.streams.poll(5, TimeUnit.SECONDS));
    server.drain(Duration.ofMillis(200)).toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertEquals(Code.UNAVAILABLE, held.status().code());
  }

  // ---- load

  @Test
  void manyCallsInFlightAreAllAnsweredWithTheirOwn() throws Exception {
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      calls.add(call(ContractService.ECHO, "message " + i));
    }
    for (int i = 0; i < calls.size(); i++) {
      assertEquals("message " + i, calls.get(i).value());
    }
    assertEquals(0, client.activeStreams());
  }

  @Test
  void concurrentCallersGetTheirOwnAnswers() throws Exception {
    int callers = 8;
    int each = 500;
    AtomicInteger right = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int c = 0; c < callers; c++) {
      int caller = c;
      Thread thread =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < each; i++) {
                    String text = caller + ":" + i;
                    if (text.equals(call(ContractService.ECHO, text).value())) {
                      right.incrementAndGet();
                    }
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(callers * each, right.get());
  }
}
