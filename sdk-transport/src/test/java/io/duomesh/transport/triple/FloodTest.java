package io.duomesh.transport.triple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.Deadline;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Floods of frames that cost their sender little: each is bounded, on both sides. */
@Timeout(120)
class FloodTest {
  private static final String[] HEAD = {":status", "200", "content-type", "application/grpc"};

  private final EchoService service = new EchoService();
  private final Loopback loopback =
      new Loopback(service, "duomesh.transport.max-message-size", "65536");
  private final ServerSocket port = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

  FloodTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    port.close();
    loopback.close();
  }

  /** Frames without end. */
  private interface Flood {
    void send(RawPeer peer, int number) throws IOException;
  }

  /** Writes until the other side has closed. */
  private static void untilClosed(RawPeer peer, Flood flood) {
    try {
      for (int i = 0; i < 20_000_000; i++) {
        flood.send(peer, i);
      }
    } catch (IOException closed) {
      return;
    }
    throw new AssertionError("the connection stands all of it");
  }

  private static byte[] block(String... namesAndValues) {
    return RawPeer.block(namesAndValues);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }

  private static byte[] repeated(byte[] frame, int times) {
    byte[] all = new byte[frame.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(frame, 0, all, i * frame.length, frame.length);
    }
    return all;
  }

  /** Another caller is served as before. */
  private void assertServes() throws Exception {
    ClientTransport client = loopback.connect();
    assertTrue(Loopback.call(client, EchoService.UNARY, "x").status().isOk());
    client.close();
  }

  @Test
  void continuationsWithoutEndCloseTheConnection() throws Exception {
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      peer.send(RawPeer.HEADERS, 0, 1, block(":method", "POST", ":scheme", "http"));
      byte[] more = block("x", "y".repeat(100));
      untilClosed(peer, (p, i) -> p.send(RawPeer.CONTINUATION, 0, 1, more));
    }
    assertServes();
  }

  @Test
  void emptyContinuationsWithoutEndCloseTheConnection() throws Exception {
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      peer.send(RawPeer.HEADERS, 0, 1, block(":method", "POST", ":scheme", "http"));
      untilClosed(peer, (p, i) -> p.send(RawPeer.CONTINUATION, 0, 1));
    }
    assertServes();
  }

  @Test
  void emptyDataWithoutEndClosesTheConnection() throws Exception {
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      request(peer, 1);
      untilClosed(peer, (p, i) -> p.send(RawPeer.DATA, 0, 1));
    }
    assertServes();
  }

  @Test
  void pingsWhoseAnswersNobodyReadsCloseTheConnection() throws Exception {
    ByteBuf ping = Unpooled.buffer().writeMedium(8).writeByte(RawPeer.PING).writeByte(0);
    byte[] many = repeated(bytes(ping.writeInt(0).writeLong(1)), 1_000);
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      untilClosed(peer, (p, i) -> p.raw(many));
    }
    assertServes();
  }

  @Test
  void settingsWhoseAnswersNobodyReadsCloseTheConnection() throws Exception {
    ByteBuf settings = Unpooled.buffer().writeMedium(0).writeByte(RawPeer.SETTINGS).writeByte(0);
    byte[] many = repeated(bytes(settings.writeInt(0)), 1_000);
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      untilClosed(peer, (p, i) -> p.raw(many));
    }
    assertServes();
  }

  @Test
  void streamsThatTheServerMustResetCloseTheConnection() throws Exception {
    byte[] noPath = block(":method", "POST", ":scheme", "http");
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      untilClosed(
          peer,
          (p, i) ->
              p.send(RawPeer.HEADERS, RawPeer.END_HEADERS | RawPeer.END_STREAM, 2 * i + 1, noPath));
    }
    assertServes();
  }

  @Test
  void smallHeadersThatUnfoldToHugeOnesAreRefused() throws Exception {
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      ByteBuf bomb = Unpooled.buffer();
      bomb.writeBytes(block(":method", "POST", ":scheme", "http", ":path", "/test.Echo/Unary"));
      bomb.writeByte(0x40).writeByte(1).writeByte('x'); // into the dynamic table, at 62
      bomb.writeByte(127).writeByte(0x80 | (4_000 - 127) & 0x7f).writeByte(4_000 - 127 >> 7);
      bomb.writeBytes("y".repeat(4_000).getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 8_000; i++) {
        bomb.writeByte(0x80 | 62);
      }
      peer.send(RawPeer.HEADERS, RawPeer.END_HEADERS | RawPeer.END_STREAM, 1, bytes(bomb));
      RawPeer.Frame answer = peer.next();
      assertNotNull(answer); // 431, a reset or a goodbye: whichever, nobody was called
      assertEquals(0, service.received.get());
    }
    assertServes();
  }

  @Test
  void lengthOfTwoGigabytesIsRefusedBeforeItsBytes() throws Exception {
    try (RawPeer peer = RawPeer.client(loopback.port())) {
      request(peer, 1);
      peer.send(RawPeer.DATA, 0, 1, 0, 0x7f, 0xff, 0xff, 0xff);
      var answer = peer.decode(peer.next(RawPeer.HEADERS));
      assertTrue(answer.contains(java.util.Map.entry("grpc-status", "8")), answer::toString);
    }
  }

  @Test
  void headerTableThatACallerOffersIsNotFilled() throws Exception {
    try (RawPeer peer = RawPeer.client(loopback.port(), RawPeer.TABLE_SIZE, Integer.MAX_VALUE)) {
      request(peer, 1);
      peer.message(1, true, 0, StringValue.of("x").toByteArray());
      RawPeer.Frame head = peer.next(RawPeer.HEADERS);
      peer.takesTables(Integer.MAX_VALUE);
      peer.decode(head); // begins with what was offered, taken back at once
      TripleServerHandler handler =
          loopback.connections.iterator().next().pipeline().get(TripleServerHandler.class);
      assertEquals(
          4_096, handler.encoder().configuration().headersConfiguration().maxHeaderTableSize());
    }
  }

  @Test
  void bytesThatComeOneByOneAreKeptTogetherUntilTheyAreAskedFor() throws Exception {
    List<ByteBuf> read = new ArrayList<>();
    List<String> messages = new ArrayList<>();
    GrpcDeframer deframer =
        new GrpcDeframer(
            65_536,
            UnpooledByteBufAllocator.DEFAULT,
            new GrpcDeframer.Sink() {
              @Override
              public void message(ByteBuf message, boolean compressed) {
                messages.add(message.toString(StandardCharsets.US_ASCII));
                message.release();
              }

              @Override
              public void end() {
                messages.add("end");
              }

              @Override
              public void consumed(int bytes) {}
            });
    byte[] frame = {0, 0, 0, 0, 3, 'a', 'b', 'c'};
    for (int i = 0; i < 1_000; i++) {
      for (byte one : frame) {
        ByteBuf data = Unpooled.buffer(64 << 10).writeByte(one);
        read.add(data);
        assertEquals(0, deframer.accept(data));
        data.release();
      }
    }
    assertTrue(read.stream().allMatch(data -> data.refCnt() == 0), "what was read is kept");
    deframer.request(1);
    assertEquals(List.of("abc"), messages);
    deframer.end();
    deframer.request(1_000);
    assertEquals(1_001, messages.size());
    assertEquals("end", messages.get(1_000));
  }

  private static void request(RawPeer peer, int stream) throws IOException {
    peer.headers(
        stream,
        false,
        ":method",
        "POST",
        ":scheme",
        "http",
        ":path",
        "/test.Echo/Chat",
        "content-type",
        "application/grpc");
  }

  // The client's side: what a server may do to it.

  private interface Script {
    void play(RawPeer peer, int stream) throws Exception;
  }

  /** A call to a server that plays a script in place of an answer. */
  private Recorder call(Script script) throws Exception {
    Loopback.Events events = new Loopback.Events();
    ClientTransport client = loopback.connect(port.getLocalPort(), events);
    Recorder call =
        Loopback.call(
            client, Loopback.head(EchoService.UNARY, Deadline.after(Duration.ofSeconds(20))), "x");
    try (RawPeer peer = RawPeer.server(port.accept())) {
      script.play(peer, peer.next(RawPeer.HEADERS).stream());
      call.await();
      return call;
    } finally {
      client.close();
      assertTrue(events.closed.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void continuationsOfAServerEndItsConnectionAndTheCall() throws Exception {
    byte[] more = block("x", "y".repeat(100));
    Recorder call =
        call(
            (peer, stream) -> {
              peer.send(RawPeer.HEADERS, 0, stream, block(HEAD));
              untilClosed(peer, (p, i) -> p.send(RawPeer.CONTINUATION, 0, stream, more));
            });
    assertEquals(Code.UNAVAILABLE, call.status().code());
    assertEquals(1, call.ends.get());
  }

  @Test
  void pushedStreamsBreakTheConnection() throws Exception {
    Recorder call =
        call(
            (peer, stream) -> {
              ByteBuf push = Unpooled.buffer().writeInt(2).writeBytes(block(":method", "GET"));
              peer.send(RawPeer.PUSH_PROMISE, RawPeer.END_HEADERS, stream, bytes(push));
              assertEquals(Http2Error.PROTOCOL_ERROR.code(), peer.next(RawPeer.GOAWAY).errorCode());
            });
    assertEquals(Code.UNAVAILABLE, call.status().code());
  }

  @Test
  void headersOfAServerOverTheLimitEndTheCall() throws Exception {
    Recorder call =
        call(
            (peer, stream) ->
                peer.headers(
                    stream,
                    false,
                    ":status",
                    "200",
                    "content-type",
                    "application/grpc",
                    "x",
                    "y".repeat(16_300)));
    assertEquals(Code.INTERNAL, call.status().code());
    assertTrue(call.status().message().contains("broke HTTP/2"), call.status()::message);
  }

  @Test
  void responseThatInflatesOverTheLimitIsNotRead() throws Exception {
    byte[] bomb = HostileClientTest.gzip(StringValue.of("x".repeat(10 << 20)).toByteArray());
    Recorder call =
        call(
            (peer, stream) -> {
              peer.headers(
                  stream,
                  false,
                  ":status",
                  "200",
                  "content-type",
                  "application/grpc",
                  "grpc-encoding",
                  "gzip");
              peer.message(stream, false, 1, bomb).headers(stream, true, "grpc-status", "0");
            });
    assertNotNull(call.unreadable);
    assertEquals(Code.RESOURCE_EXHAUSTED, call.unreadable.status().code());
  }

  @Test
  void framesAfterTheTrailersChangeNothing() throws Exception {
    Recorder call =
        call(
            (peer, stream) -> {
              peer.headers(stream, false, HEAD);
              peer.message(stream, false, 0, StringValue.of("a").toByteArray());
              peer.headers(stream, true, "grpc-status", "0");
              peer.message(stream, true, 0, StringValue.of("b").toByteArray());
            });
    assertTrue(call.status().isOk(), call.status()::toString);
    assertEquals("a", call.next());
    assertEquals(0, call.messages.size());
    assertEquals(1, call.ends.get());
  }

  @Test
  void serverThatAllowsNoStreamKeepsCallsWaitingUntilTheirDeadline() throws Exception {
    Loopback.Events events = new Loopback.Events();
    ClientTransport client = loopback.connect(port.getLocalPort(), events);
    try (RawPeer peer = RawPeer.server(port.accept(), RawPeer.MAX_STREAMS, 0)) {
      assertTrue(events.ready.await(10, TimeUnit.SECONDS));
      Recorder call =
          Loopback.call(
              client,
              Loopback.head(EchoService.UNARY, Deadline.after(Duration.ofMillis(300))),
              "x");
      assertEquals(Code.DEADLINE_EXCEEDED, call.status().code());
      assertTrue(call.status().unprocessed());
      assertTrue(call.status().message().contains("limit of streams"), call.status()::message);
      assertEquals(0, client.activeStreams());
    } finally {
      client.close();
    }
  }
}
