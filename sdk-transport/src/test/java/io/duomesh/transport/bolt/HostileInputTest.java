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
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that meets bytes which no good client sends. */
@Timeout(60)
class HostileInputTest {
  private static final int LIMIT = 1 << 20;
  private static final String BEAT = "01 01 0000 01 00000020 01 ffffffff 0000 0000 00000000";
  private static final String BEAT_ANSWER = "0100000001000000200100000000000000000000";

  private final Transports transports =
      new Transports(
          TransportOptions.of(
              Settings.of(
                  Map.of(
                      "duomesh.transport.event-loops", "1",
                      "duomesh.transport.handshake-timeout", "500ms",
                      "duomesh.bolt.frame-timeout", "700ms",
                      "duomesh.bolt.max-unfinished-size", String.valueOf(LIMIT),
                      "duomesh.transport.max-message-size", String.valueOf(LIMIT)))));
  private final DemoService service = new DemoService();
  private ServerTransport server;

  @BeforeEach
  void open() {
    server = NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), service);
  }

  @AfterEach
  void close() {
    server.close();
    transports.close();
  }

  private RawBolt connect() throws IOException {
    return RawBolt.connect(server.port());
  }

  @ParameterizedTest
  @CsvSource({
    "protocol,       03 01 0001 01 00000007 01 00000bb8 0000 0000 00000000",
    "protocol,       00 01 0001 01 00000007 01 00000bb8 0000 0000 00000000",
    "protocol,       0d 01 0001 01 00000007 01 00000bb8 0000 0000 00000000",
    "version,        02 03 01 0001 01 00000007 01 00 00000bb8 0000 0000 00000000",
    "version,        02 00 01 0001 01 00000007 01 00 00000bb8 0000 0000 00000000",
    "type,           01 03 0001 01 00000007 01 00000bb8 0000 0000 00000000",
    "type,           01 ff 0001 01 00000007 01 00000bb8 0000 0000 00000000",
    "command,        01 01 0003 01 00000007 01 00000bb8 0000 0000 00000000",
    "command,        01 01 0037 01 00000007 01 00000bb8 0000 0000 00000000",
    "command,        01 01 ffff 01 00000007 01 00000bb8 0000 0000 00000000",
    "class length,   01 01 0001 01 00000007 01 00000bb8 8000 0000 00000000",
    "class length,   01 01 0001 01 00000007 01 00000bb8 ffff 0000 00000000",
    "content length, 01 01 0001 01 00000007 01 00000bb8 7fff 0000 7fff8001", // overflows an int
    "header length,  01 01 0001 01 00000007 01 00000bb8 0000 8000 00000000",
    "header length,  01 01 0001 01 00000007 01 00000bb8 0000 ffff 00000000",
    "content length, 01 01 0001 01 00000007 01 00000bb8 0000 0000 00400001", // 4 times too much
    "content length, 01 01 0001 01 00000007 01 00000bb8 0000 0000 7fffffff",
    "content length, 01 01 0001 01 00000007 01 00000bb8 0000 0000 80000000",
    "content length, 01 01 0001 01 00000007 01 00000bb8 0000 0000 ffffffff",
    "content length, 01 00 0002 01 00000007 01 0000 0000 0000 7fffffff",
    "content length, 02 01 01 0001 01 00000007 01 00 00000bb8 0000 0000 7fffffff",
    "checksum,       02 02 01 0000 01 0000004f 01 01 ffffffff 0000 0000 00000000 0d6688de",
  })
  void frameThatCannotBeTrustedClosesItsConnectionAndIsCounted(String what, String frame)
      throws IOException {
    try (RawBolt peer = connect()) {
      peer.send(BEAT);
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
      peer.send(frame);
      assertTrue(peer.isClosed(), what);
    }
    assertEquals(Map.of(what, 1L), BoltCounters.of(transports).counts());
  }

  @ParameterizedTest
  @CsvSource({
    "16384 bytes of headers, 4000, 00000000",
    "class name of 1024,     0000, 00000000",
    "content at the limit,   0000, 00100000",
  })
  void lengthsAtTheirLimitsAreTaken(String what, String header, String content) throws IOException {
    String name = what.startsWith("class") ? "0400" : "0000";
    try (RawBolt peer = connect()) {
      peer.send("01 01 0001 01 00000007 01 00000bb8" + name + header + content);
      peer.send(
          new byte
              [Integer.parseInt(name, 16)
                  + Integer.parseInt(header, 16)
                  + Integer.parseInt(content, 16)]);
      int refused = name.equals("0000") ? 18 : 2; // it names no service; no processor is for it
      assertEquals(refused, ByteBuffer.wrap(peer.read()).getShort(10));
      peer.send(BEAT);
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0401, 0000, 00000000, duomesh.bolt.max-class-name-size", // 1025
    "7fff, 0000, 00000000, duomesh.bolt.max-class-name-size",
    "0000, 4001, 00000000, duomesh.transport.max-header-size", // 16385
    "0000, 7fff, 00000000, duomesh.transport.max-header-size",
    "0000, 0000, 00100001, duomesh.transport.max-message-size",
    "7fff, 7fff, 00400000, duomesh.transport.max-message-size", // as much as is skipped
  })
  void frameOverALimitIsSkippedAndRefusedByTheLimitsName(
      String name, String header, String content, String setting) throws IOException {
    try (RawBolt peer = connect()) {
      String lengths = name + header + content;
      peer.send("01 01 0001 01 00000007 01 00000bb8" + lengths);
      ByteBuffer answer = ByteBuffer.wrap(peer.read()); // the rest is not waited for
      assertEquals(18, answer.getShort(10));
      String text = new String(answer.array(), StandardCharsets.UTF_8);
      assertTrue(text.contains(setting), text);
      assertTrue(text.contains("duomesh_status\0\0\0\0018"), text); // RESOURCE_EXHAUSTED
      int rest =
          Integer.parseInt(name, 16) + Integer.parseInt(header, 16) + Integer.parseInt(content, 16);
      peer.send(new byte[rest]);
      peer.send("01 02 0001 01 00000007 01 ffffffff" + lengths); // one-way: no answer
      peer.send(new byte[rest]);
      peer.send(BEAT);
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
    }
    assertEquals(Map.of("oversized frame", 2L), BoltCounters.of(transports).counts());
  }

  @Test
  void frameThatDoesNotEndClosesItsConnection() throws IOException {
    try (RawBolt peer = connect()) {
      peer.send(BEAT + "01 01 0000 01");
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
      assertTrue(peer.isClosed());
    }
    assertEquals(1, BoltCounters.of(transports).count(BadInput.SLOW_FRAME));
  }

  @Test
  void frameThatIsSentDropByDropClosesItsConnection() throws Exception {
    try (RawBolt peer = connect()) {
      peer.send("01 01 0001 01 00000007 01 00000bb8 0000 0000 00100000");
      Awaitility.await()
          .pollInterval(java.time.Duration.ofMillis(50))
          .atMost(java.time.Duration.ofSeconds(20))
          .until(
              () -> {
                try {
                  peer.send(new byte[1]);
                  return false;
                } catch (IOException closed) {
                  return true;
                }
              });
    }
    assertEquals(1, BoltCounters.of(transports).count(BadInput.SLOW_FRAME));
  }

  @Test
  void connectionThatSendsWholeFramesSlowlyStays() throws Exception {
    try (RawBolt peer = connect()) {
      byte[] beat = RawBolt.hex(BEAT);
      for (int i = 0; i < 10; i++) { // always in the middle of one, longer than one may take
        peer.send(java.util.Arrays.copyOfRange(beat, 0, 11));
        new java.util.concurrent.CountDownLatch(1)
            .await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
        peer.send(java.util.Arrays.copyOfRange(beat, 11, 22));
        assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
      }
    }
  }

  @Test
  void wrongRequestsAreCounted() throws IOException {
    assertStatus(18, request(99, headers("service", ECHO), RawBolt.hex("026869")));
    assertStatus(18, request(1, headers("service", ECHO), new byte[0]));
    assertStatus(18, request(1, headers("service", ECHO, "service", ECHO), new byte[1]));
    assertStatus(18, request(1, headers("service", ECHO), new byte[LIMIT + 1]));
    assertEquals(
        Map.of(
            "unknown codec", 1L,
            "unreadable content", 1L,
            "header map", 1L,
            "oversized frame", 1L),
        BoltCounters.of(transports).counts());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // nothing begins so
        "03010001",
        "160301020001fc0303", // TLS where none is configured
        "5052492041", // almost HTTP/2
        "ffffffffffffffff"
      })
  void unknownFirstBytesCloseTheConnection(String bytes) throws IOException {
    try (RawBolt peer = connect()) {
      peer.send(bytes);
      assertTrue(peer.isClosed());
    }
  }

  @Test
  void silenceAfterTheFirstByteClosesTheConnection() throws IOException {
    try (RawBolt peer = connect()) {
      peer.send("50"); // as HTTP/2 begins
      assertTrue(peer.isClosed());
    }
  }

  @Test
  void connectionMadeAheadIsClosedNoSoonerThanAnIdleOne() throws IOException {
    try (RawBolt peer = connect()) {
      peer.socket.setSoTimeout(1_000); // twice the time for first bytes
      assertFalse(peer.isClosed(), "clients of Bolt beat first after 15 s");
      peer.send(BEAT);
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
    }
  }

  @Test
  void silenceForTheIdleTimeClosesTheConnection() throws IOException {
    Settings settings = Settings.of(Map.of("duomesh.bolt.idle-timeout", "300ms"));
    try (Transports impatient = new Transports(TransportOptions.of(settings))) {
      ServerTransport other =
          NettyServer.bind(impatient, new ServerSpec("127.0.0.1", 0, null), service);
      try (RawBolt peer = RawBolt.connect(other.port())) {
        assertTrue(peer.isClosed());
      } finally {
        other.close();
      }
    }
  }

  @Test
  void plainHttpIsAnswered() throws IOException {
    try (RawBolt peer = connect()) {
      peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] start = peer.socket.getInputStream().readNBytes(9);
      assertEquals("HTTP/1.1 ", new String(start, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void frameThatCameByteByByteIsAnswered() throws IOException {
    try (RawBolt peer = connect()) {
      for (byte each : RawBolt.hex(BEAT)) {
        peer.send(new byte[] {each});
      }
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "01 02 0000 01 00000020 01 ffffffff 0000 0000 00000000," + BEAT_ANSWER,
    "02 01 01 0000 01 0000001c 01 00 ffffffff 0000 0000 00000000,"
        + "02010000000100 00001c 01 00 0000 0000 0000 00000000",
    "02 02 01 0000 01 0000004f 01 00 ffffffff 0000 0000 00000000,"
        + "02020000000100 00004f 01 00 0000 0000 0000 00000000",
  })
  void heartbeatIsAnsweredInItsOwnFlavour(String beat, String answer) throws IOException {
    try (RawBolt peer = connect()) {
      peer.send(beat);
      assertEquals(answer.replace(" ", ""), RawBolt.hex(peer.read()));
    }
  }

  @Test
  void checkedFrameIsAnsweredWithAChecksum() throws IOException {
    try (RawBolt peer = connect()) {
      peer.send("0202010000010000004f0101ffffffff00000000000000000d6688dd");
      byte[] answer = peer.read();
      java.util.zip.CRC32 crc = new java.util.zip.CRC32();
      crc.update(answer, 0, answer.length - 4);
      assertEquals((int) crc.getValue(), ByteBuffer.wrap(answer).getInt(answer.length - 4));
    }
  }

  // ---- requests that are wrong while the stream is right: answered, and the connection stays

  private static byte[] request(int codec, byte[] headers, byte[] content) {
    byte[] name = BoltMethod.REQUEST_CLASS.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(22 + name.length + headers.length + content.length)
        .put(RawBolt.hex("01 01 0001 01 00000007"))
        .put((byte) codec)
        .putInt(3000)
        .putShort((short) name.length)
        .putShort((short) headers.length)
        .putInt(content.length)
        .put(name)
        .put(headers)
        .put(content)
        .array();
  }

  private static byte[] headers(String... namesAndValues) {
    ByteBuffer out = ByteBuffer.allocate(4096);
    for (String each : namesAndValues) {
      byte[] bytes = each.getBytes(StandardCharsets.UTF_8);
      out.putInt(bytes.length).put(bytes);
    }
    byte[] exact = new byte[out.position()];
    out.flip().get(exact);
    return exact;
  }

  private static final String ECHO = "demo.api.EchoService:1.0";

  private void assertStatus(int status, byte[] request) throws IOException {
    try (RawBolt peer = connect()) {
      peer.send(request);
      byte[] answer = peer.read();
      assertEquals(status, ByteBuffer.wrap(answer).getShort(10));
      assertEquals(7, ByteBuffer.wrap(answer).getInt(5));
      peer.send(BEAT);
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
    }
  }

  @Test
  void headerGivenTwiceIsRefused() throws IOException {
    assertStatus(
        18, request(1, headers("service", ECHO, "a", "1", "service", "x:1.0"), new byte[9]));
    assertEquals(0, service.calls.get());
  }

  @Test
  void requestWithoutServiceIsRefused() throws IOException {
    assertStatus(18, request(1, headers("other", ECHO), new byte[9]));
    assertStatus(18, request(1, new byte[0], new byte[9]));
  }

  @Test
  void headerMapThatEndsEarlyIsRefused() throws IOException {
    assertStatus(
        18, request(1, RawBolt.hex("00000007 73657276696365 000003e8 64656d6f"), new byte[1]));
    assertStatus(
        18, request(1, RawBolt.hex("00000007 73657276696365 7fffffff 64656d6f"), new byte[1]));
    assertStatus(18, request(1, RawBolt.hex("00000007 73657276696365 ffffffff"), new byte[1]));
    assertStatus(18, request(1, RawBolt.hex("ffffffff 00000001 61"), new byte[1]));
    assertStatus(18, request(1, RawBolt.hex("0000"), new byte[1]));
  }

  @Test
  void contentThatIsNoRequestIsRefused() throws IOException {
    byte[] head = headers("service", ECHO);
    assertStatus(18, request(1, head, new byte[0]));
    assertStatus(18, request(1, head, RawBolt.hex("026869")));
    assertStatus(18, request(99, head, RawBolt.hex("026869")));
    assertStatus(18, request(11, head, RawBolt.hex("026869")));
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[200];
      random.nextBytes(noise);
      assertStatus(18, request(1, head, noise));
    }
  }

  @Test
  void methodThatHeadAndContentNameDifferentlyIsRefused() throws IOException {
    String content =
        "4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f66615265717565"
            + "7374920a6d6574686f644e616d650d6d6574686f6441726753696773"
            + "6f90046563686f567400075b737472696e676e01106a6176612e6c616e672e537472696e677a0161";
    assertStatus(0, request(1, headers("service", ECHO), RawBolt.hex(content)));
    assertStatus(
        18,
        request(
            1, headers("service", ECHO, "sofa_head_method_name", "fail"), RawBolt.hex(content)));
  }

  @Test
  void contentOverTheLimitIsRefusedUnreadAndSkipped() throws IOException {
    assertStatus(18, request(1, headers("service", ECHO), new byte[LIMIT + 1]));
    assertEquals(0, service.calls.get());
  }

  @Test
  void whatPeersSayIsOneShortLineInTheLog() {
    String said = "a\r\n2026-11-21 WARN all is well\u2028\u0000" + "x".repeat(1_000_000);
    String shown = BoltCounters.printable(said);
    assertTrue(shown.startsWith("a??2026-11-21 WARN all is well??xxx"), shown);
    assertTrue(shown.length() <= 501, "length " + shown.length());
  }

  // ---- memory

  @Test
  void announcedLengthReservesNothing() throws IOException {
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    RawBolt[] peers = new RawBolt[50];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = connect();
      peers[i].send("01 01 0001 01 00000007 01 00000bb8 0000 0000 00100000 00");
    }
    try (RawBolt last = connect()) {
      last.send(BEAT);
      last.read(); // the loop has seen the others
    }
    long after = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    assertTrue(after - before < 16 << 20, "grown by " + (after - before));
    for (RawBolt peer : peers) {
      peer.close();
    }
  }

  @Test
  void unfinishedFramesOfAllConnectionsHoldABoundedMemory() throws IOException {
    int half = LIMIT - 1024;
    int most = 2 * LIMIT; // by the smallest setting there is
    List<RawBolt> peers = new ArrayList<>();
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    BoltCounters counters = BoltCounters.of(transports);
    try {
      for (int i = 0; i < 12; i++) {
        RawBolt peer = connect();
        peers.add(peer);
        peer.send("01 01 0001 01 00000007 01 00000bb8 0000 0000 00100000");
        peer.send(new byte[half]);
      }
      Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(20))
          .until(() -> counters.count(BadInput.UNFINISHED_FRAMES) >= 12 - most / half - 1);
      long after = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
      assertTrue(after - before < 24 << 20, "grown by " + (after - before));
      assertTrue(peers.get(0).isClosed(), "the oldest goes first");
      try (RawBolt another = connect()) {
        another.send(BEAT);
        assertEquals(BEAT_ANSWER, RawBolt.hex(another.read()));
      }
    } finally {
      for (RawBolt peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void floodOfGarbageLeavesTheServerAnswering() throws IOException {
    Random random = new Random(42);
    for (int i = 0; i < 200; i++) {
      try (RawBolt peer = connect()) {
        byte[] noise = new byte[1 + random.nextInt(2000)];
        random.nextBytes(noise);
        noise[0] = (byte) (1 + i % 2); // Bolt, at first sight
        peer.send(noise);
      } catch (java.net.SocketException closedWhileWriting) {
        assertFalse(server.port() == 0);
      }
    }
    try (RawBolt peer = connect()) {
      peer.send(BEAT);
      assertEquals(BEAT_ANSWER, RawBolt.hex(peer.read()));
    }
  }

  @Test
  void peerThatTakesNoAnswersIsNotReadFromForEver() throws IOException {
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    byte[] beats = new byte[22 * 1000];
    for (int i = 0; i < 1000; i++) {
      System.arraycopy(RawBolt.hex(BEAT), 0, beats, 22 * i, 22);
    }
    try (RawBolt peer = connect()) {
      peer.socket.setSendBufferSize(64 * 1024);
      Thread writer =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 10_000; i++) {
                    peer.send(beats);
                  }
                } catch (IOException closed) {
                  // as it ends
                }
              });
      writer.start();
      Awaitility.await()
          .during(java.time.Duration.ofMillis(500))
          .atMost(java.time.Duration.ofSeconds(20))
          .until(
              () -> PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before < 32 << 20);
    }
  }
}
