package io.duomesh.transport.triple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.transport.ServerStream;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What our server says to clients that do not keep to the rules. */
@Timeout(60)
class HostileClientTest {
  private final EchoService service = new EchoService();
  private final Loopback loopback =
      new Loopback(
          service,
          "duomesh.transport.max-message-size",
          "65536",
          "duomesh.transport.handshake-timeout",
          "500ms",
          "duomesh.server.max-concurrent-calls-per-connection",
          "10");
  private RawPeer peer;

  @BeforeEach
  void connect() throws IOException {
    peer = RawPeer.client(loopback.port());
  }

  @AfterEach
  void close() throws IOException {
    peer.close();
    loopback.close();
  }

  private RawPeer request(int stream, boolean end, String path, String... more) throws IOException {
    String[] head = {
      ":method",
      "POST",
      ":scheme",
      "http",
      ":path",
      path,
      ":authority",
      "a",
      "content-type",
      "application/grpc",
      "te",
      "trailers"
    };
    String[] all = new String[head.length + more.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(more, 0, all, head.length, more.length);
    return peer.headers(stream, end, all);
  }

  private Map<String, String> answer() throws Exception {
    Map<String, String> headers = new HashMap<>();
    RawPeer.Frame frame;
    do {
      frame = peer.next(RawPeer.HEADERS);
      peer.decode(frame).forEach(h -> headers.put(h.getKey(), h.getValue()));
    } while (!frame.ends() && !headers.containsKey("grpc-status"));
    return headers;
  }

  private void assertGrpcStatus(int expected) throws Exception {
    Map<String, String> answer = answer();
    assertEquals(String.valueOf(expected), answer.get("grpc-status"), answer::toString);
    assertEquals("200", answer.get(":status"));
  }

  /** The connection still serves. */
  private void assertServes(int stream) throws Exception {
    request(stream, false, "/test.Echo/Unary");
    peer.message(stream, true, 0, StringValue.of("x").toByteArray());
    assertGrpcStatus(0);
  }

  @Test
  void messageFramesAreJoinedHoweverTheyAreCut() throws Exception {
    request(1, false, "/test.Echo/Unary");
    byte[] message = StringValue.of("abc").toByteArray();
    int[] bytes = {0, 0, 0, 0, message.length};
    for (int b : bytes) {
      peer.send(RawPeer.DATA, 0, 1, b);
    }
    for (byte b : message) {
      peer.send(RawPeer.DATA, 0, 1, b);
    }
    peer.send(RawPeer.DATA, RawPeer.END_STREAM, 1);
    assertGrpcStatus(0);
  }

  @Test
  void wrongContentTypeIsUnsupported() throws Exception {
    peer.headers(
        1,
        true,
        ":method",
        "POST",
        ":scheme",
        "http",
        ":path",
        "/test.Echo/Unary",
        "content-type",
        "application/json");
    assertEquals("415", answer().get(":status"));
    assertServes(3);
  }

  @Test
  void otherMethodIsNotAllowed() throws Exception {
    peer.headers(1, true, ":method", "GET", ":scheme", "http", ":path", "/test.Echo/Unary");
    assertEquals("405", answer().get(":status"));
  }

  @Test
  void missingPathResetsTheStream() throws Exception {
    peer.headers(1, true, ":method", "POST", ":scheme", "http");
    assertEquals(Http2Error.PROTOCOL_ERROR.code(), peer.next(RawPeer.RST_STREAM).errorCode());
    assertServes(3);
  }

  @Test
  void pathWithoutMethodIsUnimplemented() throws Exception {
    request(1, true, "/nothing");
    assertGrpcStatus(12);
  }

  @Test
  void unknownEncodingIsUnimplemented() throws Exception {
    request(1, false, "/test.Echo/Unary", "grpc-encoding", "snappy");
    Map<String, String> answer = answer();
    assertEquals("12", answer.get("grpc-status"));
    assertEquals("gzip", answer.get("grpc-accept-encoding"));
  }

  @Test
  void compressedMessageIsRead() throws Exception {
    request(1, false, "/test.Echo/Unary", "grpc-encoding", "gzip");
    peer.message(1, true, 1, gzip(StringValue.of("abc").toByteArray()));
    assertGrpcStatus(0);
  }

  @Test
  void compressedMessageWithoutEncodingIsInternal() throws Exception {
    request(1, false, "/test.Echo/Unary");
    peer.message(1, true, 1, gzip(new byte[0]));
    assertGrpcStatus(13);
  }

  @Test
  void messageThatInflatesOverTheLimitIsRefused() throws Exception {
    request(1, false, "/test.Echo/Unary", "grpc-encoding", "gzip");
    byte[] bomb = gzip(new byte[10 << 20]);
    assertTrue(bomb.length < 16_000);
    peer.message(1, true, 1, bomb);
    assertGrpcStatus(8);
  }

  @Test
  void lengthOverTheLimitIsRefusedBeforeItsBytes() throws Exception {
    request(1, false, "/test.Echo/Unary");
    peer.send(RawPeer.DATA, 0, 1, 0, 0xff, 0xff, 0xff, 0xff);
    assertGrpcStatus(8);
    assertServes(3);
  }

  @Test
  void reservedFlagIsInternal() throws Exception {
    request(1, false, "/test.Echo/Unary");
    peer.message(1, true, 0x80, new byte[0]);
    assertGrpcStatus(13);
  }

  @Test
  void truncatedMessageIsInternal() throws Exception {
    request(1, false, "/test.Echo/Unary");
    peer.send(RawPeer.DATA, RawPeer.END_STREAM, 1, 0, 0, 0, 0, 9, 1, 2);
    assertGrpcStatus(13);
  }

  @Test
  void twoOrNoRequestsOfAUnaryMethodAreUnimplemented() throws Exception {
    request(1, false, "/test.Echo/Unary");
    peer.message(1, false, 0, new byte[0]).message(1, true, 0, new byte[0]);
    assertGrpcStatus(12);
    request(3, true, "/test.Echo/Unary");
    assertGrpcStatus(12);
    assertEquals(0, service.received.get());
  }

  @Test
  void bytesThatAreNoMessageAreInvalid() throws Exception {
    request(1, false, "/test.Echo/Unary");
    peer.message(1, true, 0, new byte[] {(byte) 0xff, (byte) 0xff});
    assertGrpcStatus(3);
  }

  @Test
  void malformedTimeoutIsInternal() throws Exception {
    request(1, true, "/test.Echo/Unary", "grpc-timeout", "abc");
    assertGrpcStatus(13);
  }

  @Test
  void passedTimeoutIsDeadlineExceeded() throws Exception {
    request(1, false, "/test.Echo/Hold", "grpc-timeout", "0n");
    peer.message(1, true, 0, new byte[0]);
    assertGrpcStatus(4);
  }

  @Test
  void dataAfterAResetIsTolerated() throws Exception {
    request(1, false, "/test.Echo/Chat");
    peer.message(1, false, 0, new byte[0]);
    peer.decode(peer.next(RawPeer.HEADERS));
    peer.next(RawPeer.DATA);
    peer.send(RawPeer.RST_STREAM, 0, 1, 0, 0, 0, 8);
    peer.send(RawPeer.DATA, RawPeer.END_STREAM, 1);
    Awaitility.await().until(() -> service.cancelled.get() == 1);
    assertServes(3);
  }

  @Test
  void streamsOverTheLimitAreRefused() throws Exception {
    for (int i = 0; i < 11; i++) {
      request(1 + 2 * i, false, "/test.Echo/Hold");
    }
    RawPeer.Frame refused = peer.next(RawPeer.RST_STREAM);
    assertEquals(21, refused.stream());
    assertEquals(Http2Error.REFUSED_STREAM.code(), refused.errorCode());
  }

  @Test
  void floodOfResetsClosesTheConnection() throws Exception {
    int stream = 1;
    RawPeer.Frame goAway = null;
    try {
      for (int i = 0; i < 200; i++, stream += 2) {
        request(stream, false, "/test.Echo/Hold");
        peer.send(RawPeer.RST_STREAM, 0, stream, 0, 0, 0, 8);
      }
      goAway = peer.next(RawPeer.GOAWAY);
    } catch (IOException closed) {
      return; // it was fast enough to close while we wrote
    }
    assertEquals(Http2Error.ENHANCE_YOUR_CALM.code(), goAway.errorCode());
  }

  @Test
  void headersOverTheLimitAreRefused() throws Exception {
    request(1, true, "/test.Echo/Unary", "x", "y".repeat(16_200));
    Map<String, String> answer = answer();
    assertEquals("431", answer.get(":status"));
  }

  @Test
  void connectionWithoutSettingsIsClosed() throws Exception {
    try (java.net.Socket silent = new java.net.Socket("127.0.0.1", loopback.port())) {
      silent.setSoTimeout(5_000);
      silent
          .getOutputStream()
          .write(
              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      while (silent.getInputStream().read() >= 0) {
        // the server's own preface
      }
    }
  }

  @Test
  void answerBeforeTheRequestsEndStopsTheClient() throws Exception {
    request(1, false, "/test.Echo/Chat");
    ServerStream stream = service.streams.poll(5, TimeUnit.SECONDS);
    assertNotNull(stream);
    stream.close(Status.remote(Status.Code.ABORTED, "enough"), Metadata.EMPTY);
    assertGrpcStatus(10);
    RawPeer.Frame reset = peer.next(RawPeer.RST_STREAM);
    assertEquals(Http2Error.NO_ERROR.code(), reset.errorCode());
  }

  @Test
  void frameThatBreaksTheConnectionClosesIt() throws Exception {
    peer.send(RawPeer.DATA, 0, 0, 1);
    assertEquals(Http2Error.PROTOCOL_ERROR.code(), peer.next(RawPeer.GOAWAY).errorCode());
    assertNull(peer.next());
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
