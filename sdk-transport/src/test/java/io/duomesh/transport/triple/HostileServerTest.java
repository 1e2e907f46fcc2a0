package io.duomesh.transport.triple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.Deadline;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What our client makes of servers that refuse, break off or do not keep to the rules. */
@Timeout(60)
class HostileServerTest {
  private static final String[] HEAD = {":status", "200", "content-type", "application/grpc"};

  private final Loopback loopback =
      new Loopback(stream -> {}, "duomesh.transport.max-message-size", "65536");
  private final ServerSocket port;
  private final Loopback.Events events = new Loopback.Events();
  private final ClientTransport client;

  HostileServerTest() throws IOException {
    port = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    client =
        loopback.connect(
            port.getLocalPort(), events, "keepalive-time", "200", "keepalive-timeout", "200");
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    port.close();
    loopback.close();
  }

  private RawPeer accept() throws IOException {
    return RawPeer.server(port.accept());
  }

  private static int request(RawPeer peer) throws IOException {
    return peer.next(RawPeer.HEADERS).stream();
  }

  private Recorder unary() {
    return Loopback.call(client, EchoService.UNARY, "x");
  }

  @Test
  void refusedStreamIsUnprocessed() throws Exception {
    Recorder call = unary();
    try (RawPeer peer = accept()) {
      peer.send(RawPeer.RST_STREAM, 0, request(peer), 0, 0, 0, 7);
      Status status = call.status();
      assertEquals(Code.UNAVAILABLE, status.code());
      assertEquals(ResponseFlag.UR, status.flag());
      assertEquals(Status.Origin.TRANSPORT, status.origin());
      assertTrue(status.unprocessed());
    }
  }

  @Test
  void resetCodesBecomeStatuses() {
    assertEquals(Code.INTERNAL, TripleStatus.ofReset(2, "p").code());
    assertEquals(Code.CANCELLED, TripleStatus.ofReset(8, "p").code());
    assertEquals(Code.RESOURCE_EXHAUSTED, TripleStatus.ofReset(11, "p").code());
    assertEquals(Code.PERMISSION_DENIED, TripleStatus.ofReset(12, "p").code());
    assertEquals(Code.UNKNOWN, TripleStatus.ofReset(99, "p").code());
    assertFalse(TripleStatus.ofReset(8, "p").unprocessed());
  }

  @Test
  void goAwayTellsWhichCallsWereNotTaken() throws Exception {
    Recorder first = unary();
    Recorder second = unary();
    try (RawPeer peer = accept()) {
      int taken = request(peer);
      request(peer);
      peer.send(RawPeer.GOAWAY, 0, 0, 0, 0, 0, taken, 0, 0, 0, 0, 'b', 'y', 'e');
      Status status = second.status();
      assertEquals(Code.UNAVAILABLE, status.code());
      assertTrue(status.unprocessed());
      assertTrue(status.message().contains("bye"), status::message);
      assertTrue(events.draining.await(5, TimeUnit.SECONDS));
      peer.headers(taken, false, HEAD).message(taken, false, 0, new byte[0]);
      peer.headers(taken, true, "grpc-status", "0");
      assertTrue(first.status().isOk());
      assertTrue(events.closed.await(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void otherHttpServersAreNamed() throws Exception {
    Recorder call = unary();
    try (RawPeer peer = accept()) {
      peer.headers(request(peer), false, ":status", "503", "content-type", "text/html");
      Outcome outcome = call.await();
      assertEquals(Code.UNAVAILABLE, outcome.status().code());
      assertEquals(503, outcome.httpStatus());
      assertTrue(outcome.status().message().contains("503"));
      assertEquals(Http2Error.CANCEL.code(), peer.next(RawPeer.RST_STREAM).errorCode());
    }
  }

  @Test
  void informationalHeadersArePassedOver() throws Exception {
    Recorder call = unary();
    try (RawPeer peer = accept()) {
      int stream = request(peer);
      peer.headers(stream, false, ":status", "103");
      peer.headers(stream, false, HEAD).message(stream, false, 0, new byte[0]);
      peer.headers(stream, true, "grpc-status", "0");
      assertTrue(call.status().isOk());
    }
  }

  @Test
  void answerWithoutTrailersIsInternal() throws Exception {
    Recorder call = unary();
    try (RawPeer peer = accept()) {
      int stream = request(peer);
      peer.headers(stream, false, HEAD).message(stream, true, 0, new byte[0]);
      assertEquals(Code.INTERNAL, call.status().code());
      assertEquals(0, call.messages.size());
    }
  }

  @Test
  void successWithoutOrWithTwoMessagesIsUnimplemented() throws Exception {
    Recorder none = unary();
    try (RawPeer peer = accept()) {
      int stream = request(peer);
      peer.headers(stream, false, HEAD).headers(stream, true, "grpc-status", "0");
      assertEquals(Code.UNIMPLEMENTED, none.status().code());
      Recorder two = unary();
      stream = request(peer);
      peer.headers(stream, false, HEAD).message(stream, false, 0, new byte[0]);
      peer.message(stream, false, 0, new byte[0]);
      assertEquals(Code.UNIMPLEMENTED, two.status().code());
      assertEquals(0, two.messages.size());
    }
  }

  @Test
  void messageOfAFailedCallIsNotDelivered() throws Exception {
    Recorder call = unary();
    try (RawPeer peer = accept()) {
      int stream = request(peer);
      peer.headers(stream, false, HEAD).message(stream, false, 0, new byte[0]);
      peer.headers(stream, true, "grpc-status", "10", "grpc-message", "100% no+way %E4%B8%AD");
      assertEquals(Code.ABORTED, call.status().code());
      assertEquals("100% no+way 中", call.status().message());
      assertEquals(0, call.messages.size());
    }
  }

  @Test
  void messageOverTheLimitEndsTheCall() throws Exception {
    Recorder call = unary();
    try (RawPeer peer = accept()) {
      int stream = request(peer);
      peer.headers(stream, false, HEAD).send(RawPeer.DATA, 0, stream, 0, 0, 1, 0, 1);
      assertEquals(Code.RESOURCE_EXHAUSTED, call.status().code());
      assertEquals(Http2Error.CANCEL.code(), peer.next(RawPeer.RST_STREAM).errorCode());
    }
  }

  @Test
  void deadlineResetsTheStream() throws Exception {
    Recorder call =
        Loopback.call(
            client, Loopback.head(EchoService.UNARY, Deadline.after(Duration.ofMillis(300))), "x");
    try (RawPeer peer = accept()) {
      RawPeer.Frame head = peer.next(RawPeer.HEADERS);
      assertTrue(
          peer.decode(head).stream()
              .anyMatch(h -> h.getKey().equals("grpc-timeout") && h.getValue().endsWith("m")));
      assertEquals(Http2Error.CANCEL.code(), peer.next(RawPeer.RST_STREAM).errorCode());
      assertEquals(Code.DEADLINE_EXCEEDED, call.status().code());
    }
  }

  @Test
  void requestIsWhatDubboAndGrpcExpect() throws Exception {
    unary();
    try (RawPeer peer = accept()) {
      RawPeer.Frame head = peer.next(RawPeer.HEADERS);
      var headers = peer.decode(head);
      assertEquals(":method", headers.get(0).getKey());
      assertTrue(headers.contains(java.util.Map.entry(":path", "/test.Echo/Unary")));
      assertTrue(headers.contains(java.util.Map.entry(":authority", "echo.test")));
      assertTrue(headers.contains(java.util.Map.entry("te", "trailers")));
      assertTrue(headers.contains(java.util.Map.entry("content-type", "application/grpc+proto")));
      RawPeer.Frame data = peer.next(RawPeer.DATA);
      assertTrue(data.ends());
      assertEquals(5 + StringValue.of("x").getSerializedSize(), data.payload().length);
    }
  }

  @Test
  void silentServerIsNoticedByKeepAlive() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.CHAT, Deadline.NONE), call);
    stream.request(1);
    try (RawPeer peer = accept()) {
      request(peer);
      Status status = call.status();
      assertEquals(Code.UNAVAILABLE, status.code());
      assertTrue(status.message().contains("PING"), status::message);
    }
  }

  @Test
  void answeredKeepAliveKeepsTheConnection() throws Exception {
    Recorder call = new Recorder();
    ClientStream stream = client.newStream(Loopback.head(EchoService.CHAT, Deadline.NONE), call);
    stream.request(1);
    try (RawPeer peer = accept()) {
      int id = request(peer);
      peer.answerPings(4);
      peer.headers(
          id, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "0");
      assertTrue(call.status().isOk(), call.status()::toString);
    }
  }

  @Test
  void serverThatIsNotHttp2IsNamed() throws Exception {
    Recorder call = unary();
    try (var socket = port.accept()) {
      socket
          .getOutputStream()
          .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Status status = call.status();
      assertEquals(Code.UNAVAILABLE, status.code());
      assertTrue(status.unprocessed());
      assertEquals(ResponseFlag.UF, status.flag());
      assertTrue(events.closed.await(5, TimeUnit.SECONDS));
    }
  }
}
