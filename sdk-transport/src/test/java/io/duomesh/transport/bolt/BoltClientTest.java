package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import io.duomesh.transport.BoltMessage;
import io.duomesh.transport.BoltProcessor;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.netty.EventLoops;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's connection before a peer that the test plays frame by frame. */
@Timeout(60)
class BoltClientTest {
  private static final MethodDescriptor BYTES =
      MethodDescriptor.of(
          ServiceName.of("test.Bytes"),
          "call",
          MethodDescriptor.Type.UNARY,
          new PayloadShape.Bytes());

  private Transports transports;
  private final CountDownLatch draining = new CountDownLatch(1);
  private CompletableFuture<String> closed;
  private ServerSocket listening;
  private ClientTransport client;
  private RawBolt server;

  @BeforeEach
  void connect() throws IOException {
    listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    connect("60s", Map.of());
  }

  private void connect(String heartbeat, Map<String, String> more) throws IOException {
    CompletableFuture<String> closing = new CompletableFuture<>();
    closed = closing;
    Map<String, String> settings = new HashMap<>(more);
    settings.put("duomesh.transport.event-loops", "1");
    settings.putIfAbsent("duomesh.transport.write-buffer-size", "65536");
    settings.put("duomesh.bolt.heartbeat", heartbeat);
    settings.put("duomesh.bolt.heartbeat-max", heartbeat);
    transports = new Transports(TransportOptions.of(Settings.of(settings)));
    client =
        new BoltTransportFactory()
            .connect(
                new ConnectSpec(
                    "127.0.0.1",
                    listening.getLocalPort(),
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

                  @Override
                  public void onClosed(String reason, boolean wasReady) {
                    closing.complete(reason);
                  }
                });
    server = new RawBolt(listening.accept());
  }

  private void reconnect(String heartbeat, Map<String, String> more) throws IOException {
    client.close();
    server.close();
    transports.close();
    connect(heartbeat, more);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    listening.close();
    transports.close();
  }

  private CompletableFuture<Outcome> call(byte[] message, Duration timeout) {
    return call(BYTES, message, timeout);
  }

  private CompletableFuture<Outcome> call(
      MethodDescriptor method, Object message, Duration timeout) {
    CompletableFuture<Outcome> end = new CompletableFuture<>();
    client
        .newStream(
            Invocation.of(
                method, "x", Metadata.EMPTY, CallOptions.DEFAULT, Deadline.after(timeout)),
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
    return end.get(10, TimeUnit.SECONDS).status();
  }

  /** The next request that is no heartbeat. */
  private byte[] request() throws IOException {
    byte[] frame = server.read();
    while (ByteBuffer.wrap(frame).getShort(2) == BoltFrame.HEARTBEAT) {
      frame = server.read();
    }
    return frame;
  }

  private void answer(byte[] request, int status) throws IOException {
    ByteBuffer answer =
        ByteBuffer.wrap(RawBolt.hex("01 00 0002 01 00000000 01 0000 0000 0000 00000000"));
    answer.putInt(5, ByteBuffer.wrap(request).getInt(5)).putShort(10, (short) status);
    server.send(answer.array());
  }

  @Test
  void silentConnectionBeatsAndClosesAfterThreeMisses() throws Exception {
    reconnect("100ms", Map.of());
    CompletableFuture<Outcome> pending = call();
    request();
    for (int i = 0; i < 3; i++) {
      byte[] beat = server.read();
      assertEquals("01010000", RawBolt.hex(beat).substring(0, 8));
      assertEquals("ffffffff", RawBolt.hex(beat).substring(20, 28));
    }
    Status status = status(pending);
    assertEquals(Code.UNAVAILABLE, status.code());
    assertEquals(ResponseFlag.UC, status.flag());
    assertTrue(closed.get(5, TimeUnit.SECONDS).contains("heartbeats"));
  }

  @Test
  void answeredHeartbeatsKeepTheConnection() throws Exception {
    reconnect("200ms", Map.of());
    for (int i = 0; i < 5; i++) {
      byte[] beat = server.read();
      ByteBuffer answer =
          ByteBuffer.wrap(RawBolt.hex("01 00 0000 01 00000000 01 0000 0000 0000 00000000"));
      answer.putInt(5, ByteBuffer.wrap(beat).getInt(5));
      server.send(answer.array());
    }
    assertFalse(closed.isDone());
  }

  @Test
  void heartbeatOfTheServerIsAnswered() throws Exception {
    server.send("01 01 0000 01 000003e7 01 ffffffff 0000 0000 00000000");
    byte[] frame = server.read();
    while (frame[1] != BoltFrame.RESPONSE) {
      frame = server.read();
    }
    assertEquals("0100000001000003e70100000000000000000000", RawBolt.hex(frame));
  }

  @Test
  void goAwayDrainsTheConnection() throws Exception {
    CompletableFuture<Outcome> before = call();
    byte[] request = request();
    server.send("01 01 0064 01 00000001 01 00000000 0000 0000 00000000");
    assertTrue(draining.await(5, TimeUnit.SECONDS));
    Status refused = status(call());
    assertEquals(Code.UNAVAILABLE, refused.code());
    assertTrue(refused.unprocessed());
    answer(request, 0);
    assertTrue(status(before).isOk());
    assertTrue(closed.get(5, TimeUnit.SECONDS).contains("asked for no more calls"));
  }

  @Test
  void responseThatNobodyAwaitsIsDropped() throws Exception {
    server.send("01 00 0002 01 00000037 01 0000 0000 0000 00000000");
    CompletableFuture<Outcome> late = call(new byte[] {1}, Duration.ofMillis(100));
    byte[] request = request();
    assertEquals(Code.DEADLINE_EXCEEDED, status(late).code());
    answer(request, 0);
    CompletableFuture<Outcome> next = call();
    answer(request(), 0);
    assertTrue(status(next).isOk());
  }

  @Test
  void responsesInAnyOrderAndBothVersionsFindTheirCalls() throws Exception {
    CompletableFuture<Outcome> first = call();
    byte[] firstRequest = request();
    CompletableFuture<Outcome> second = call();
    byte[] secondRequest = request();
    ByteBuffer v2 =
        ByteBuffer.wrap(RawBolt.hex("02 01 00 0002 01 00000000 01 00 0004 0000 0000 00000000"));
    v2.putInt(6, ByteBuffer.wrap(secondRequest).getInt(5));
    server.send(v2.array());
    Outcome busy = second.get(5, TimeUnit.SECONDS);
    assertEquals(Code.RESOURCE_EXHAUSTED, busy.status().code());
    assertTrue(busy.status().unprocessed());
    assertEquals(503, busy.httpStatus());
    assertFalse(first.isDone());
    answer(firstRequest, 0);
    assertTrue(status(first).isOk());
  }

  @Test
  void badFrameFailsTheCallsInFlight() throws Exception {
    CompletableFuture<Outcome> pending = call();
    request();
    server.send("09 00 0002");
    assertEquals(Code.UNAVAILABLE, status(pending).code());
    assertTrue(closed.get(5, TimeUnit.SECONDS).contains("protocol 9"));
  }

  @Test
  void callsBeyondTheWriteBufferAreRefusedLocally() throws Exception {
    reconnect(
        "60s",
        Map.of(
            "duomesh.bolt.write-overflow",
            "fail")); // a peer that reads nothing answers no heartbeat either
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    Status refused = null;
    for (int i = 0; i < 1000 && refused == null; i++) { // the peer reads nothing
      CompletableFuture<Outcome> call = call(new byte[256 * 1024], Duration.ofSeconds(20));
      calls.add(call);
      try {
        refused = call.get(20, TimeUnit.MILLISECONDS).status();
      } catch (java.util.concurrent.TimeoutException written) {
        // waits for its answer
      }
    }
    assertTrue(refused != null, "everything was taken");
    assertEquals(Code.UNAVAILABLE, refused.code());
    assertEquals(Status.Origin.LOCAL, refused.origin());
    assertEquals(ResponseFlag.UO, refused.flag());
    assertTrue(refused.unprocessed());
    assertTrue(calls.size() < 200, "taken: " + calls.size());
  }

  @Test
  void refusedCallsAreNotEncoded() throws Exception {
    reconnect("60s", Map.of("duomesh.bolt.write-overflow", "fail"));
    CompletableFuture<Outcome> refused = call(new byte[256 * 1024], Duration.ofSeconds(30));
    for (int i = 0; i < 1000 && !refused.isDone(); i++) { // the peer reads nothing
      refused = call(new byte[256 * 1024], Duration.ofSeconds(30));
      try {
        refused.get(20, TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.TimeoutException written) {
        // waits for its answer
      }
    }
    assertEquals(ResponseFlag.UO, status(refused).flag());
    CountDownLatch free = new CountDownLatch(1); // the loop is busy and ends no call meanwhile
    EventLoops.of(transports).group().submit(() -> free.await(20, TimeUnit.SECONDS));
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 300; i++) { // 75 MiB
      calls.add(call(new byte[256 * 1024], Duration.ofSeconds(30)));
    }
    long grown = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
    free.countDown();
    client.close(); // ends those, if any, for which there was room
    int ended = 0;
    for (CompletableFuture<Outcome> call : calls) {
      ended += status(call).flag() == ResponseFlag.UO ? 1 : 0;
    }
    assertTrue(ended > 250, "refused: " + ended);
    assertTrue(grown < 16 << 20, "grown by " + grown);
  }

  @Test
  void callsBeyondTheWriteBufferWaitWithinTheirDeadlines() throws Exception {
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 300; i++) { // 75 MiB, of which the peer reads nothing
      calls.add(call(new byte[256 * 1024], Duration.ofMillis(1500)));
    }
    long grown = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
    int unsent = 0;
    for (CompletableFuture<Outcome> call : calls) {
      Status status = status(call);
      assertEquals(Code.DEADLINE_EXCEEDED, status.code());
      unsent += status.unprocessed() ? 1 : 0;
    }
    assertTrue(unsent > 200, "unsent: " + unsent);
    assertTrue(grown < 40 << 20, "grown by " + grown);
    assertEquals(0, client.activeStreams());
  }

  @Test
  void callsThatWaitedAreSentInOrderOnceThePeerReads() throws Exception {
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(call(new byte[256 * 1024], Duration.ofSeconds(20)));
    }
    for (int i = 0; i < calls.size(); i++) {
      byte[] request = request();
      assertEquals(i + 1, ByteBuffer.wrap(request).getInt(5));
      answer(request, 0);
    }
    for (CompletableFuture<Outcome> call : calls) {
      assertTrue(status(call).isOk());
    }
    CompletableFuture<Outcome> next = call();
    answer(request(), 0);
    assertTrue(status(next).isOk());
  }

  @Test
  void callsThatWaitEndWithTheirConnection() throws Exception {
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(call(new byte[256 * 1024], Duration.ofSeconds(20)));
    }
    server.close();
    for (CompletableFuture<Outcome> call : calls) {
      assertEquals(Code.UNAVAILABLE, status(call).code());
    }
    assertTrue(status(calls.get(99)).unprocessed());
  }

  @Test
  void requestsThatDidNotLeaveWholeAreUnprocessed() throws Exception {
    reconnect("60s", Map.of("duomesh.transport.write-buffer-size", String.valueOf(32 << 20)));
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 15; i++) { // 45 MiB: the kernels' buffers take a part
      calls.add(call(new byte[3 << 20], Duration.ofSeconds(30)));
    }
    assertEquals(1, ByteBuffer.wrap(request()).getInt(5)); // the peer has the first one whole
    server.socket.setSoLinger(true, 0);
    server.close(); // with a reset
    boolean left = true;
    for (CompletableFuture<Outcome> call : calls) {
      Status status = status(call);
      assertEquals(Code.UNAVAILABLE, status.code());
      assertEquals(ResponseFlag.UC, status.flag());
      assertTrue(left || status.unprocessed(), "one that followed is said to have left");
      left = !status.unprocessed();
    }
    assertFalse(status(calls.get(0)).unprocessed());
    assertFalse(left, "all are said to have left");
  }

  @Test
  void responsesThatCannotBeRightAreCountedAndTheConnectionStays() throws Exception {
    server.send("01 00 0002 01 7fff0000 01 0000 0000 0000 00000000"); // nobody has that id
    CompletableFuture<Outcome> odd = call();
    answer(request(), 99);
    assertEquals(Code.UNKNOWN, status(odd).code());
    CompletableFuture<Outcome> late = call(new byte[] {1}, Duration.ofMillis(50));
    byte[] request = request();
    assertEquals(Code.DEADLINE_EXCEEDED, status(late).code());
    answer(request, 0);
    CompletableFuture<Outcome> next = call();
    answer(request(), 0);
    assertTrue(status(next).isOk());
    assertEquals(
        Map.of("reply to an unknown id", 1L, "unknown status", 1L, "late reply", 1L),
        BoltCounters.of(transports).counts());
  }

  @Test
  void headerOfAPlainResponseMayBeAnything() throws Exception {
    Map<MethodDescriptor, Object> calls =
        Map.of(
            BoltProcessor.of("a.B"),
            BoltMessage.of("a.B", 1, new byte[0], new byte[1]),
            BoltProcessor.of(String.class, String.class),
            "x");
    for (Map.Entry<MethodDescriptor, Object> each : calls.entrySet()) {
      CompletableFuture<Outcome> call =
          call(each.getKey(), each.getValue(), Duration.ofSeconds(20));
      String id = RawBolt.hex(request()).substring(10, 18);
      server.send("01 00 0002 01" + id + "01 0000 0003 0002 00000001 612e42 c3a9 4e");
      assertEquals(Status.OK, status(call));
    }
  }

  @Test
  void responseThatDoesNotEndClosesTheConnection() throws Exception {
    reconnect("60s", Map.of("duomesh.bolt.frame-timeout", "200ms"));
    CompletableFuture<Outcome> pending = call();
    request();
    server.send("01 00 0002 01 00000001 01 0000 0000 0000 00000005 00");
    assertEquals(Code.UNAVAILABLE, status(pending).code());
    assertTrue(closed.get(5, TimeUnit.SECONDS).contains("frame-timeout"));
  }

  @Test
  void drainWordOfARequestThatIsForwardedStaysTheOnlyOne() throws Exception {
    MethodDescriptor forwarded =
        BoltProcessor.forwarded(ServiceName.of("test.Any"), "call", MethodDescriptor.Type.UNARY);
    ByteBuf header = Unpooled.buffer();
    HeaderMap.write(header, BoltMethod.SERVICE, "test.Any:1.0");
    byte[] bare = ByteBufUtil.getBytes(header);
    HeaderMap.write(header, DrainWord.HEADER, "10.1.2.3:4");
    byte[] said = ByteBufUtil.getBytes(header);
    call(
        forwarded,
        BoltMessage.of(BoltMethod.REQUEST_CLASS, 1, said, new byte[] {1}),
        Duration.ofSeconds(20));
    assertEquals("10.1.2.3:4", drainWord(request()));
    call(
        forwarded,
        BoltMessage.of(BoltMethod.REQUEST_CLASS, 1, bare, new byte[] {1}),
        Duration.ofSeconds(20));
    assertEquals("127.0.0.1:" + server.socket.getPort(), drainWord(request()));
    call(
        forwarded,
        BoltMessage.of(BoltMethod.REQUEST_CLASS, 1, bare, new byte[] {1}),
        Duration.ofSeconds(20));
    assertNull(drainWord(request()));
  }

  /** What a request says; fails where it says it twice. */
  private static String drainWord(byte[] request) throws Exception {
    ByteBuffer frame = ByteBuffer.wrap(request);
    byte[] block = new byte[frame.getShort(16)];
    frame.get(22 + frame.getShort(14), block);
    return RequestHead.parse(block).drainAddress();
  }

  @Test
  void timeoutFieldSaysWhatIsLeft() throws Exception {
    call(new byte[] {1}, Duration.ofMillis(1234));
    int timeout = ByteBuffer.wrap(request()).getInt(10);
    assertTrue(timeout <= 1234 && timeout > 0, "timeout: " + timeout);
  }
}
