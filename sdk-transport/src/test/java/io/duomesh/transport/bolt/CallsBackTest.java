package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ResponseFlag;
import io.duomesh.ServiceName;
import io.duomesh.Settings;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.server.NettyServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that holds requests, and calls the peer that made them, whom the test plays. */
@Timeout(60)
class CallsBackTest {
  /** A request of no content to {@code demo.api.EchoService:1.0}, which waits for a minute. */
  private static final String REQUEST =
      "01 01 0001 01 00000007 0b 0000ea60 0000 0027 00000000"
          + "0000000773657276696365 00000018 64656d6f2e6170692e4563686f536572766963653a312e30";

  private static final MethodDescriptor BYTES =
      MethodDescriptor.of(
          ServiceName.of("test.Bytes"),
          "call",
          MethodDescriptor.Type.UNARY,
          new PayloadShape.Bytes());

  private record Held(ServerStream stream, Payload payload) {}

  private final Transports transports =
      new Transports(
          TransportOptions.of(
              Settings.of(
                  Map.of(
                      "duomesh.transport.event-loops", "1",
                      "duomesh.transport.write-buffer-size", "65536"))));
  private final DemoService services = new DemoService();
  private final BlockingQueue<Held> requests = new LinkedBlockingQueue<>();
  private ServerTransport server;
  private RawBolt peer;
  private ClientTransport caller;

  @BeforeEach
  void open() throws Exception {
    server =
        NettyServer.bind(
            transports,
            new ServerSpec("127.0.0.1", 0, null),
            stream ->
                stream.accept(
                    services.services.get(0), payload -> requests.add(new Held(stream, payload))));
    peer = RawBolt.connect(server.port());
    peer.send(REQUEST);
    Held held = requests.poll(20, TimeUnit.SECONDS);
    assertNotNull(held);
    held.payload().discard();
    caller = held.stream().caller();
    held.stream().close(Status.OK, Metadata.EMPTY);
    peer.read();
  }

  @AfterEach
  void close() throws IOException {
    peer.close();
    server.close();
    transports.close();
  }

  private CompletableFuture<Outcome> call(byte[] message, Duration timeout) {
    CompletableFuture<Outcome> end = new CompletableFuture<>();
    caller
        .newStream(
            Invocation.of(BYTES, "x", Metadata.EMPTY, CallOptions.DEFAULT, Deadline.after(timeout)),
            new ClientStream.Listener() {
              @Override
              public void onMessage(Payload payload) {
                payload.discard();
              }

              @Override
              public void onClose(Outcome outcome) {
                end.complete(outcome);
              }
            })
        .send(message);
    return end;
  }

  private CompletableFuture<Outcome> call() {
    return call(new byte[] {1}, Duration.ofSeconds(20));
  }

  private static Status status(CompletableFuture<Outcome> end) throws Exception {
    return end.get(20, TimeUnit.SECONDS).status();
  }

  private void answer(byte[] request) throws IOException {
    ByteBuffer answer =
        ByteBuffer.wrap(RawBolt.hex("01 00 0002 01 00000000 01 0000 0000 0000 00000000"));
    answer.putInt(5, ByteBuffer.wrap(request).getInt(5));
    peer.send(answer.array());
  }

  @Test
  void responsesFindTheirCalls() throws Exception {
    CompletableFuture<Outcome> first = call();
    CompletableFuture<Outcome> second = call();
    byte[] firstRequest = peer.read();
    answer(peer.read());
    assertTrue(status(second).isOk());
    assertFalse(first.isDone());
    answer(firstRequest);
    assertTrue(status(first).isOk());
    assertEquals(0, caller.activeStreams());
  }

  @Test
  void callsInFlightEndWithTheConnection() throws Exception {
    CompletableFuture<Outcome> pending = call();
    peer.read();
    peer.close();
    Status lost = status(pending);
    assertEquals(Code.UNAVAILABLE, lost.code());
    assertEquals(ResponseFlag.UC, lost.flag());
    assertFalse(lost.unprocessed());
    assertFalse(caller.acceptsStreams());
    assertTrue(status(call()).unprocessed());
  }

  @Test
  void drainingTakesNoCallsAndEndsThoseThatAreOpen() throws Exception {
    CompletableFuture<Outcome> open = call();
    byte[] request = peer.read();
    caller.drain();
    Awaitility.await().until(() -> !caller.acceptsStreams());
    assertTrue(status(call()).unprocessed());
    answer(request);
    assertTrue(status(open).isOk());
    peer.send(REQUEST); // the connection stays
    Held held = requests.poll(20, TimeUnit.SECONDS);
    assertNotNull(held);
    held.payload().discard();
  }

  @Test
  void callsBeyondTheWriteBufferWaitForThePeerToRead() throws Exception {
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(call(new byte[256 * 1024], Duration.ofSeconds(30)));
    }
    for (int i = 0; i < calls.size(); i++) {
      answer(peer.read());
    }
    for (CompletableFuture<Outcome> call : calls) {
      assertTrue(status(call).isOk());
    }
  }

  @Test
  void repliesThatNobodyAwaitsAreCounted() throws Exception {
    CompletableFuture<Outcome> late = call(new byte[] {1}, Duration.ofMillis(50));
    byte[] request = peer.read();
    assertEquals(Code.DEADLINE_EXCEEDED, status(late).code());
    answer(request);
    peer.send("01 00 0002 01 00001000 01 0000 0000 0000 00000000");
    Awaitility.await()
        .until(
            () ->
                Map.of("late reply", 1L, "reply to an unknown id", 1L)
                    .equals(BoltCounters.of(transports).counts()));
  }

  @Test
  void requestThatExpiresBeforeItIsReadIsCounted() throws Exception {
    peer.send(REQUEST.replace("0000ea60", "00000032"));
    Held held = requests.poll(20, TimeUnit.SECONDS);
    assertNotNull(held);
    Awaitility.await().until(held.stream()::isCancelled);
    assertEquals(Map.of(), BoltCounters.of(transports).counts());
    held.payload().discard();
    assertEquals(Map.of("expired request", 1L), BoltCounters.of(transports).counts());
  }
}
