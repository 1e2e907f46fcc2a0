package io.duomesh.transport.triple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.Deadline;
import io.duomesh.ResponseFlag;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ServerStream;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that take nothing: memory stays bounded, nobody blocks, calls end by their deadline. */
@Timeout(120)
class SlowReaderTest {
  private static final int LIMIT = 65_536;

  /** Four largest messages and four write buffers for flow control; four more on their way. */
  private static final int MOST_BYTES = 4 * (LIMIT + LIMIT) + 4 * LIMIT;

  private static final int WIDE = Integer.MAX_VALUE;

  private final EchoService service = new EchoService();
  private final Loopback loopback =
      new Loopback(
          service,
          "duomesh.transport.max-message-size",
          String.valueOf(LIMIT),
          "duomesh.transport.write-buffer-size",
          String.valueOf(LIMIT));
  private final ServerSocket port = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

  SlowReaderTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    port.close();
    loopback.close();
  }

  private static Recorder unary(ClientTransport client, Duration timeout) {
    return Loopback.call(
        client, Loopback.head(EchoService.UNARY, Deadline.after(timeout)), "x".repeat(32_000));
  }

  /** Windows that let nothing through, and a socket that nobody reads. */
  @ParameterizedTest
  @ValueSource(ints = {0, WIDE})
  void serverThatTakesNothingCostsItsCallersBoundedMemory(int window) throws Exception {
    Loopback.Events events = new Loopback.Events();
    ClientTransport client = loopback.connect(port.getLocalPort(), events, "keepalive-time", "0");
    try (RawPeer peer = RawPeer.server(port.accept(), RawPeer.INITIAL_WINDOW, window)) {
      peer.send(RawPeer.WINDOW_UPDATE, 0, 0, 0x7f, 0, 0, 0);
      assertTrue(events.ready.await(10, TimeUnit.SECONDS));
      List<Recorder> taken = new ArrayList<>();
      Recorder refused = null;
      while (refused == null) {
        // beyond the limit lie only what the sockets of both sides hold
        assertTrue(taken.size() < (MOST_BYTES + (64 << 20)) / 32_000, "nothing is refused");
        Recorder call = unary(client, Duration.ofSeconds(4));
        taken.add(call);
        if (taken.size() % 8 == 0) { // lets the loop see them
          Recorder probe = call;
          Awaitility.await()
              .pollInterval(Duration.ofMillis(5))
              .until(() -> probe.outcome.isDone() || client.activeStreams() > 0);
        }
        refused =
            taken.stream()
                .filter(c -> c.outcome.isDone())
                .filter(c -> c.outcome.join().status().flag() == ResponseFlag.UO)
                .findFirst()
                .orElse(null);
      }
      assertEquals(Code.UNAVAILABLE, refused.status().code());
      assertTrue(refused.status().unprocessed());
      assertTrue(refused.status().message().contains("too much waiting"));
      for (Recorder call : taken) {
        Code code = call.status().code();
        assertTrue(code == Code.DEADLINE_EXCEEDED || code == Code.UNAVAILABLE, code::toString);
      }
      assertEquals(0, client.activeStreams());
      if (window == 0) { // what waited was freed with its calls
        assertEquals(Code.DEADLINE_EXCEEDED, unary(client, Duration.ofMillis(50)).status().code());
      }
    } finally {
      client.close();
    }
  }

  @Test
  void streamToAServerThatTakesNothingIsNotReadyAndEndsByItsDeadline() throws Exception {
    Loopback.Events events = new Loopback.Events();
    ClientTransport client = loopback.connect(port.getLocalPort(), events, "keepalive-time", "0");
    try (RawPeer peer = RawPeer.server(port.accept(), RawPeer.INITIAL_WINDOW, 0)) {
      assertTrue(events.ready.await(10, TimeUnit.SECONDS));
      Recorder call = new Recorder();
      ClientStream stream =
          client.newStream(
              Loopback.head(EchoService.CHAT, Deadline.after(Duration.ofSeconds(1))), call);
      assertNotNull(peer.next(RawPeer.HEADERS));
      assertFalse(stream.isReady());
      stream.send(StringValue.of("x"));
      assertEquals(Code.DEADLINE_EXCEEDED, call.status().code());
      assertEquals(Http2Error.CANCEL.code(), peer.next(RawPeer.RST_STREAM).errorCode());
    } finally {
      client.close();
    }
  }

  @Test
  void senderThatNeverAsksWhetherItMayIsEnded() throws Exception {
    Loopback.Events events = new Loopback.Events();
    ClientTransport client = loopback.connect(port.getLocalPort(), events, "keepalive-time", "0");
    try (RawPeer peer = RawPeer.server(port.accept(), RawPeer.INITIAL_WINDOW, 0)) {
      assertTrue(events.ready.await(10, TimeUnit.SECONDS));
      Recorder call = new Recorder();
      ClientStream stream = client.newStream(Loopback.head(EchoService.CHAT, Deadline.NONE), call);
      assertNotNull(peer.next(RawPeer.HEADERS));
      StringValue message = StringValue.of("x".repeat(32_000));
      for (int i = 0; i < 1_000 && !call.outcome.isDone(); i++) {
        stream.send(message);
      }
      assertEquals(ResponseFlag.UO, call.status().flag());
      assertEquals(Http2Error.CANCEL.code(), peer.next(RawPeer.RST_STREAM).errorCode());
    } finally {
      client.close();
    }
  }

  private RawPeer caller(String path, String... more) throws IOException {
    RawPeer peer = RawPeer.client(loopback.port(), RawPeer.INITIAL_WINDOW, 0);
    List<String> headers =
        new ArrayList<>(
            List.of(":method", "POST", ":scheme", "http", ":path", path, ":authority", "a"));
    headers.addAll(List.of("content-type", "application/grpc", "te", "trailers"));
    headers.addAll(List.of(more));
    return peer.headers(1, false, headers.toArray(String[]::new));
  }

  @Test
  void callerThatTakesNothingHoldsAStreamUp() throws Exception {
    try (RawPeer peer = caller("/test.Echo/Chat")) {
      ServerStream stream = service.streams.poll(10, TimeUnit.SECONDS);
      assertNotNull(stream);
      assertFalse(stream.isReady());
      peer.send(RawPeer.WINDOW_UPDATE, 0, 1, 0, 1, 0, 0);
      Awaitility.await().until(stream::isReady);
    }
  }

  @Test
  void serviceThatNeverAsksWhetherItMaySendIsEnded() throws Exception {
    try (RawPeer peer = caller("/test.Echo/Chat")) {
      ServerStream stream = service.streams.poll(10, TimeUnit.SECONDS);
      assertNotNull(stream);
      StringValue message = StringValue.of("x".repeat(32_000));
      for (int i = 0; i < 1_000 && !stream.isCancelled(); i++) {
        stream.send(message);
      }
      assertEquals(Http2Error.ENHANCE_YOUR_CALM.code(), peer.next(RawPeer.RST_STREAM).errorCode());
      assertTrue(stream.isCancelled());
      Awaitility.await().until(() -> service.cancelled.get() == 1);
    }
  }

  @Test
  void answerThatNobodyReadsIsDroppedAtItsDeadline() throws Exception {
    try (RawPeer peer = caller("/test.Echo/Unary", "grpc-timeout", "500m")) {
      peer.message(1, true, 0, StringValue.of("x").toByteArray());
      assertNotNull(peer.next(RawPeer.HEADERS));
      assertEquals(Http2Error.CANCEL.code(), peer.next(RawPeer.RST_STREAM).errorCode());
    }
  }
}
