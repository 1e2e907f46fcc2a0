package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Settings;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.server.NettyServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stopping server tells whom. */
@Timeout(60)
class DrainTest {
  private static final String GO_AWAY = "01010064010000000101000000000000000000000000";
  private static final String ECHO_CONTENT =
      "4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f66615265717565"
          + "7374920a6d6574686f644e616d650d6d6574686f6441726753696773"
          + "6f90046563686f567400075b737472696e676e01106a6176612e6c616e672e537472696e677a0161";

  private Transports transports;
  private ServerTransport server;

  private void open(String... settings) {
    Map<String, String> all = new HashMap<>(Map.of("duomesh.transport.event-loops", "1"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    transports = new Transports(TransportOptions.of(Settings.of(all)));
    server = NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), new DemoService());
  }

  @AfterEach
  void close() {
    server.close();
    transports.close();
  }

  private RawBolt connect() throws IOException {
    return RawBolt.connect(server.port());
  }

  private static String own(RawBolt peer) {
    return "127.0.0.1:" + ((InetSocketAddress) peer.socket.getLocalSocketAddress()).getPort();
  }

  /** Calls echo, saying something about draining. */
  private static void call(RawBolt peer, String... word) throws IOException {
    ByteBuffer headers = ByteBuffer.allocate(256);
    put(headers, "service");
    put(headers, "demo.api.EchoService:1.0");
    for (String each : word) {
      put(headers, each);
    }
    byte[] name = BoltMethod.REQUEST_CLASS.getBytes(StandardCharsets.US_ASCII);
    byte[] content = RawBolt.hex(ECHO_CONTENT);
    ByteBuffer frame = ByteBuffer.allocate(1024);
    frame
        .put(RawBolt.hex("01 01 0001 01 00000007 01 00000bb8"))
        .putShort((short) name.length)
        .putShort((short) headers.position())
        .putInt(content.length)
        .put(name)
        .put(headers.flip())
        .put(content);
    byte[] exact = new byte[frame.position()];
    frame.flip().get(exact);
    peer.send(exact);
  }

  private static void put(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putInt(bytes.length).put(bytes);
  }

  private static void assertAnswered(RawBolt peer) throws IOException {
    byte[] answer = peer.read();
    assertEquals("01000002010000000701", RawBolt.hex(answer).substring(0, 20));
    assertEquals(0, ByteBuffer.wrap(answer).getShort(10));
  }

  private CompletableFuture<Void> drain(Duration timeout) {
    return server.drain(timeout).toCompletableFuture();
  }

  @Test
  void peerThatSaidSoIsToldAndClosesItself() throws Exception {
    open();
    try (RawBolt peer = connect()) {
      call(peer, DrainWord.HEADER, own(peer));
      assertAnswered(peer);
      CompletableFuture<Void> drained = drain(Duration.ofSeconds(30));
      assertEquals(GO_AWAY, RawBolt.hex(peer.read()));
      call(peer);
      assertAnswered(peer); // whatever comes is answered
      peer.socket.setSoTimeout(400);
      assertFalse(peer.isClosed());
      peer.close();
      drained.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void heartbeatThatSaysSoIsEnough() throws Exception {
    open();
    try (RawBolt peer = connect()) {
      ByteBuffer headers = ByteBuffer.allocate(256);
      put(headers, DrainWord.HEADER);
      put(headers, own(peer));
      ByteBuffer beat = ByteBuffer.allocate(22 + headers.position());
      beat.put(RawBolt.hex("01 01 0000 01 00000020 01 ffffffff 0000"))
          .putShort((short) headers.position())
          .putInt(0)
          .put(headers.flip());
      peer.send(beat.array());
      assertEquals("0100000001000000200100000000000000000000", RawBolt.hex(peer.read()));
      drain(Duration.ofSeconds(30));
      assertEquals(GO_AWAY, RawBolt.hex(peer.read()));
    }
  }

  @Test
  void peerThatSaysSoWhileItDrainsIsToldThen() throws Exception {
    open();
    try (RawBolt peer = connect();
        RawBolt other = connect()) {
      call(peer);
      assertAnswered(peer);
      call(other);
      assertAnswered(other);
      drain(Duration.ofSeconds(30));
      call(peer, DrainWord.HEADER, own(peer));
      String first = RawBolt.hex(peer.read()); // in either order
      String second = RawBolt.hex(peer.read());
      assertTrue(first.equals(GO_AWAY) || second.equals(GO_AWAY), first + ", " + second);
      assertTrue(first.startsWith("01000002") || second.startsWith("01000002"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "10.1.2.3:4567", "", "true"})
  void wordOfSomebodyElseDoesNotCount(String word) throws Exception {
    open();
    try (RawBolt peer = connect()) {
      call(peer, DrainWord.HEADER, word); // as a MOSN would pass it on
      assertAnswered(peer);
      drain(Duration.ofSeconds(30));
      assertTrue(peer.isClosed()); // and not a byte before
    }
  }

  @Test
  void stockPeerIsAnsweredAndItsConnectionClosesWhenQuiet() throws Exception {
    open();
    try (RawBolt peer = connect()) {
      call(peer);
      assertAnswered(peer);
      drain(Duration.ofSeconds(30));
      call(peer);
      assertAnswered(peer);
      assertTrue(peer.isClosed());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "10.0.0.1, 127.0.0.1"})
  void configuredMosnIsToldAndItsConnectionClosesWhenQuiet(String peers) throws Exception {
    open("duomesh.bolt.drain-peers", peers);
    try (RawBolt peer = connect()) {
      call(peer);
      assertAnswered(peer);
      drain(Duration.ofSeconds(30));
      call(peer);
      String first = RawBolt.hex(peer.read()); // in either order
      String second = RawBolt.hex(peer.read());
      long told = System.nanoTime();
      assertTrue(first.equals(GO_AWAY) || second.equals(GO_AWAY), first + ", " + second);
      assertTrue(first.startsWith("01000002") || second.startsWith("01000002"));
      assertTrue(peer.isClosed());
      long open = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - told);
      assertTrue(open >= 200, "closed after " + open + " ms: what is on its way would be lost");
    }
  }

  @Test
  void drainEndsWithItsTimeLimit() throws Exception {
    open();
    try (RawBolt peer = connect()) {
      call(peer, DrainWord.HEADER, own(peer));
      assertAnswered(peer);
      CompletableFuture<Void> drained = drain(Duration.ofMillis(300));
      assertEquals(GO_AWAY, RawBolt.hex(peer.read()));
      drained.get(10, TimeUnit.SECONDS); // though the peer never closes
      assertTrue(peer.isClosed());
    }
  }

  /** Asks again 8 ms after each answer, until the connection ends. */
  private static void askUntilTheEnd(RawBolt peer) throws IOException {
    while (true) {
      try {
        call(peer);
        assertAnswered(peer);
      } catch (SocketException | EOFException ended) {
        return; // just as it asked
      }
      peer.socket.setSoTimeout(8);
      try {
        assertEquals(-1, peer.socket.getInputStream().read());
        return;
      } catch (SocketTimeoutException stillOpen) {
        peer.socket.setSoTimeout(20_000);
      }
    }
  }

  @Test
  void stockPeerThatMakesShortPausesIsLeftBeforeTheTimeLimit() throws Exception {
    open();
    try (RawBolt peer = connect()) {
      call(peer);
      assertAnswered(peer);
      CompletableFuture<Void> drained = drain(Duration.ofSeconds(5));
      long begun = System.nanoTime();
      askUntilTheEnd(peer);
      assertTrue(System.nanoTime() - begun < Duration.ofMillis(4_900).toNanos());
      drained.get(10, TimeUnit.SECONDS);
    }
  }
}
