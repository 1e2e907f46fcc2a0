package io.duomesh.transport.triple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.netty.DrainEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Client and server of ours, over a socket: every cardinality, every way to end. */
@Timeout(60)
class LoopbackTest {
  private final EchoService service = new EchoService();
  private final Loopback loopback =
      new Loopback(service, "duomesh.server.max-concurrent-calls-per-connection", "100");
  private final ClientTransport client = loopback.connect();

  @AfterEach
  void close() {
    client.close();
    loopback.close();
  }

  @Test
  void unaryCallIsAnswered() throws Exception {
    Recorder call = Loopback.call(client, EchoService.UNARY, "héllo");
    Outcome outcome = call.await();
    assertTrue(outcome.status().isOk(), outcome::toString);
    assertEquals("héllo", call.next());
    assertEquals(200, outcome.httpStatus());
    assertTrue(outcome.headersSeen());
    assertFalse(outcome.trailersOnly());
    assertEquals(1, call.ends.get());
    assertEquals(0, client.activeStreams());
  }

  @Test
  void metadataTravelsInHeadersAndTrailers() throws Exception {
    Invocation head =
        Loopback.head(EchoService.UNARY)
            .withMetadata(
                Metadata.builder()
                    .add("MyKey", "v 1")
                    .add("umlaut", "ä中")
                    .add("data-bin", new byte[] {1, 2, 3, -1})
                    .add("repeat", "1")
                    .add("repeat", "2")
                    .add("grpc-status", "5")
                    .add("tri-service-version", "9")
                    .build());
    Recorder call = Loopback.call(client, head, "x");
    Metadata trailers = call.await().trailers();
    assertEquals("v 1", trailers.get("mykey"));
    assertEquals("MyKey", trailers.name(0));
    assertEquals("ä中", trailers.get("umlaut"));
    assertEquals(-1, trailers.binary("data-bin")[3]);
    assertEquals(List.of("1", "2"), trailers.all("repeat"));
    assertEquals(null, trailers.get("tri-service-version"));
    assertEquals(null, trailers.get("tri-header-convert"));
    assertEquals("h", call.headers.get("x-head"));
    ServerStream seen = service.streams.poll(5, TimeUnit.SECONDS);
    assertEquals(null, seen.service().version());
    assertTrue(seen.deadline().remainingNanos() > 0);
  }

  @Test
  void metadataWithControlCharactersNeverLeaves() throws Exception {
    Status status =
        Loopback.call(client, Loopback.head(EchoService.UNARY).withMetadata("a", "b\r\nc"), "x")
            .status();
    assertEquals(Code.INTERNAL, status.code());
    assertEquals(Status.Origin.LOCAL, status.origin());
    assertTrue(status.unprocessed());
    assertTrue(service.streams.isEmpty());
  }

  @Test
  void errorComesAsTrailersAlone() throws Exception {
    Outcome outcome = Loopback.call(client, EchoService.FAIL, "naïve 100% a+b\n").await();
    assertEquals(Code.NOT_FOUND, outcome.status().code());
    assertEquals("naïve 100% a+b\n", outcome.status().message());
    assertEquals(Status.Origin.REMOTE, outcome.status().origin());
    assertTrue(outcome.trailersOnly());
    assertFalse(outcome.headersSeen());
    assertEquals("because", outcome.trailers().get("why"));
  }

  @Test
  void unknownMethodIsUnimplemented() throws Exception {
    Status status = Loopback.call(client, EchoService.MISSING, "x").status();
    assertEquals(Code.UNIMPLEMENTED, status.code());
    assertTrue(status.message().contains("Missing"), status::message);
  }

  @Test
  void serverStreamDeliversOnlyWhatIsAskedFor() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.SPLIT), call);
    stream.send(StringValue.of("a,b,c"));
    stream.request(1);
    assertEquals("a", call.next());
    Awaitility.await().during(Duration.ofMillis(100)).until(() -> call.messages.isEmpty());
    assertFalse(call.outcome.isDone());
    stream.request(5);
    assertTrue(call.status().isOk());
    assertEquals(List.of("b", "c"), List.copyOf(call.messages));
  }

  @Test
  void clientStreamIsJoined() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.JOIN), call);
    for (int i = 0; i < 10; i++) {
      stream.send(StringValue.of("" + i));
    }
    stream.halfClose();
    assertTrue(call.status().isOk());
    assertEquals("0123456789", call.next());
  }

  @Test
  void bothSidesOfAStreamTalkInTurns() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.CHAT, Deadline.NONE), call);
    stream.request(Integer.MAX_VALUE);
    for (int i = 0; i < 100; i++) {
      stream.send(StringValue.of("" + i));
      assertEquals("re: " + i, call.next());
    }
    stream.halfClose();
    Outcome outcome = call.await();
    assertTrue(outcome.status().isOk(), outcome::toString);
    assertEquals("chat", outcome.trailers().get("end"));
    assertEquals(0, client.activeStreams());
  }

  @Test
  void serverIsHeldBackUntilTheClientAsks() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.CHAT), call);
    String large = "x".repeat(64 << 10);
    for (int i = 0; i < 100; i++) {
      stream.send(StringValue.of(large));
    }
    ServerStream server = service.streams.poll(5, TimeUnit.SECONDS);
    assertNotNull(server);
    Awaitility.await().until(() -> service.received.get() == 100);
    Awaitility.await().until(() -> !server.isReady());
    assertEquals(0, call.messages.size());
    stream.request(100);
    stream.halfClose();
    assertTrue(call.status().isOk());
    assertEquals(100, call.messages.size());
  }

  @Test
  void clientIsHeldBackUntilTheServerAsks() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.PULL), call);
    stream.request(Integer.MAX_VALUE);
    Awaitility.await().until(stream::isReady);
    String large = "x".repeat(16 << 10);
    int sent = 0;
    while (stream.isReady() || sent * large.length() < Http2Limits.STREAM_WINDOW + (512 << 10)) {
      stream.send(StringValue.of(large));
      sent++;
      assertTrue(sent < 1_000, "never held back");
    }
    assertEquals(0, service.received.get());
    int readyBefore = call.ready.get();
    ServerStream server = service.streams.poll(5, TimeUnit.SECONDS);
    server.request(Integer.MAX_VALUE);
    Awaitility.await().until(stream::isReady);
    assertTrue(call.ready.get() > readyBefore);
    stream.halfClose();
    assertTrue(call.status().isOk());
    assertEquals(sent, service.received.get());
  }

  @Test
  void tenMegabytesComeBack() throws Exception {
    String large = "x".repeat(10 << 20);
    Recorder call = Loopback.call(client, EchoService.UNARY, large);
    assertTrue(call.status().isOk());
    assertEquals(large, call.next());
  }

  @Test
  void requestOverTheLimitNeverLeaves() throws Exception {
    Status status = Loopback.call(client, EchoService.UNARY, "x".repeat(17 << 20)).status();
    assertEquals(Code.RESOURCE_EXHAUSTED, status.code());
    assertTrue(status.unprocessed());
  }

  @Test
  void deadlineEndsBothSides() throws Exception {
    Deadline deadline = Deadline.after(Duration.ofMillis(150));
    Status status = Loopback.call(client, Loopback.head(EchoService.HOLD, deadline), "x").status();
    assertEquals(Code.DEADLINE_EXCEEDED, status.code());
    assertEquals(ResponseFlag.UT, status.flag());
    assertTrue(deadline.isExpired());
    ServerStream server = service.streams.poll(5, TimeUnit.SECONDS);
    Awaitility.await().until(server::isCancelled);
    Awaitility.await().until(() -> service.cancelled.get() == 1);
  }

  @Test
  void passedDeadlineSendsNothing() throws Exception {
    Status status =
        Loopback.call(client, Loopback.head(EchoService.UNARY, Deadline.after(Duration.ZERO)), "x")
            .status();
    assertEquals(Code.DEADLINE_EXCEEDED, status.code());
    assertTrue(status.unprocessed());
    assertTrue(service.streams.isEmpty());
  }

  @Test
  void cancelReachesTheServer() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.HOLD), call);
    stream.send(StringValue.of("x"));
    ServerStream server = service.streams.poll(5, TimeUnit.SECONDS);
    stream.cancel("enough");
    Status status = call.status();
    assertEquals(Code.CANCELLED, status.code());
    assertTrue(status.message().contains("enough"));
    Awaitility.await().until(server::isCancelled);
    stream.cancel("again");
    server.send(StringValue.of("late"));
    server.close(Status.OK, Metadata.EMPTY);
    assertTrue(Loopback.call(client, EchoService.UNARY, "after").status().isOk());
    assertEquals(1, call.ends.get());
  }

  @Test
  void callsOverTheLimitOfStreamsWaitTheirTurn() throws Exception {
    List<Recorder> calls = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      calls.add(Loopback.call(client, EchoService.HOLD, "" + i));
    }
    for (int i = 0; i < 250; i++) {
      ServerStream server = service.streams.poll(5, TimeUnit.SECONDS);
      assertNotNull(server, "call " + i);
      server.send(StringValue.of("done"));
      server.close(Status.OK, Metadata.EMPTY);
    }
    for (Recorder call : calls) {
      assertTrue(call.status().isOk());
    }
    assertEquals(0, client.activeStreams());
  }

  @Test
  void waitingCallKeepsItsDeadline() throws Exception {
    for (int i = 0; i < 100; i++) {
      Loopback.call(client, EchoService.HOLD, "" + i);
    }
    Status status =
        Loopback.call(
                client,
                Loopback.head(EchoService.UNARY, Deadline.after(Duration.ofMillis(100))),
                "x")
            .status();
    assertEquals(Code.DEADLINE_EXCEEDED, status.code());
    assertTrue(status.unprocessed());
  }

  @Test
  void drainingServerEndsItsCallsAndCloses() throws Exception {
    Loopback.Events events = new Loopback.Events();
    ClientTransport other = loopback.connect(loopback.port(), events);
    Recorder call = Loopback.call(other, EchoService.HOLD, "x");
    ServerStream server = service.streams.poll(5, TimeUnit.SECONDS);
    loopback.connections.forEach(
        c -> c.eventLoop().execute(() -> c.pipeline().fireUserEventTriggered(DrainEvent.START)));
    assertTrue(events.draining.await(5, TimeUnit.SECONDS));
    assertFalse(other.acceptsStreams());
    Status refused = Loopback.call(other, EchoService.UNARY, "new").status();
    assertEquals(Code.UNAVAILABLE, refused.code());
    assertTrue(refused.unprocessed());
    server.send(StringValue.of("done"));
    server.close(Status.OK, Metadata.EMPTY);
    assertTrue(call.status().isOk());
    assertTrue(events.closed.await(5, TimeUnit.SECONDS));
  }

  @Test
  void lostConnectionEndsCallsUnavailable() throws Exception {
    Recorder call = Loopback.call(client, EchoService.HOLD, "x");
    assertNotNull(service.streams.poll(5, TimeUnit.SECONDS));
    loopback.connections.close();
    Status status = call.status();
    assertEquals(Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UC, status.flag());
    assertFalse(status.unprocessed());
  }

  @Test
  void lostConnectionCancelsCallsAtTheServer() throws Exception {
    Loopback.call(client, EchoService.HOLD, "x");
    ServerStream server = service.streams.poll(5, TimeUnit.SECONDS);
    client.close();
    Awaitility.await().until(server::isCancelled);
  }

  @Test
  void refusedConnectionIsUnprocessed() throws Exception {
    int port;
    try (Loopback gone = new Loopback(service)) {
      port = gone.port();
    }
    Loopback.Events events = new Loopback.Events();
    ClientTransport refused = loopback.connect(port, events);
    Status status = Loopback.call(refused, EchoService.UNARY, "x").status();
    assertEquals(Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UF, status.flag());
    assertTrue(status.unprocessed());
    assertTrue(events.closed.await(5, TimeUnit.SECONDS));
    assertTrue(events.reason.contains("refused"), events.reason);
  }
}
