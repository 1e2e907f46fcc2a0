package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.StringValue;
import demo.api.BizException;
import demo.api.Color;
import demo.api.Pojo;
import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.RpcException;
import io.duomesh.Settings;
import io.duomesh.Status.Code;
import io.duomesh.Status.Origin;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.server.NettyServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What SOFARPC 5.13.2 sent and received: its requests are answered with the bytes that its own
 * server sent, and its responses read as its own client read them.
 */
@Timeout(30)
class CapturedCallsTest {
  private final Transports transports =
      new Transports(
          TransportOptions.of(Settings.of(Map.of("duomesh.transport.event-loops", "1"))));

  @AfterEach
  void close() {
    transports.close();
  }

  private static JsonNode captured(String name) throws IOException {
    try (InputStream in = CapturedCallsTest.class.getResourceAsStream("sofarpc-calls.json")) {
      for (JsonNode call : new ObjectMapper().readTree(in).get("calls")) {
        if (call.get("name").asText().equals(name)) {
          return call;
        }
      }
    }
    throw new IllegalArgumentException(name);
  }

  private byte[] answerTo(byte[] request) throws IOException {
    ServerTransport server =
        NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), new DemoService());
    try (RawBolt peer = RawBolt.connect(server.port())) {
      peer.send(request);
      return peer.read();
    } finally {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rpc_sync_string",
        "rpc_string_utf8",
        "rpc_null_arg",
        "rpc_null_return",
        "rpc_void_noargs",
        "rpc_primitives",
        "rpc_pojo",
        "rpc_map_list",
        "rpc_unique_id",
        "rpc_version",
        "rpc_custom_header",
        "rpc_future",
        "rpc_generic_invoke_normal",
        "rpc_timeout_field",
        "rpc_protobuf",
        "rpc_json",
        "rpc_json_multi",
        "rpc_json_exception",
        "rpc_protobuf_exception"
      })
  void requestIsAnsweredWithTheBytesOfTheRealServer(String name) throws IOException {
    JsonNode call = captured(name);
    String expected = call.get("response").asText();
    assertEquals(expected, RawBolt.hex(answerTo(RawBolt.hex(call.get("request").asText()))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rpc_unknown_service", "rpc_unknown_method", "rpc_unknown_argtype"})
  void unknownNamesAreAnsweredWithTheTextOfTheRealServer(String name) throws Exception {
    JsonNode call = captured(name);
    byte[] answer = answerTo(RawBolt.hex(call.get("request").asText()));
    RpcException ours = readWith(DemoService.ECHO, answer);
    RpcException theirs = readWith(DemoService.ECHO, RawBolt.hex(call.get("response").asText()));
    for (RpcException each : List.of(ours, theirs)) {
      assertEquals(Code.UNIMPLEMENTED, each.status().code());
      assertEquals(Origin.REMOTE, each.status().origin());
    }
    String code = name.equals("rpc_unknown_service") ? "RPC-020100010:" : "RPC-020100011:";
    assertTrue(ours.status().message().contains(code), ours.status()::toString);
    assertTrue(theirs.status().message().contains(code), theirs.status()::toString);
  }

  @Test
  void oneWayRequestIsServedAndNotAnswered() throws Exception {
    DemoService service = new DemoService();
    ServerTransport server =
        NettyServer.bind(transports, new ServerSpec("127.0.0.1", 0, null), service);
    try (RawBolt peer = RawBolt.connect(server.port())) {
      peer.send(captured("rpc_oneway").get("request").asText());
      peer.send("01 01 0000 01 00000020 01 ffffffff 0000 0000 00000000");
      assertEquals("0100000001000000200100000000000000000000", RawBolt.hex(peer.read()));
      assertEquals(1, service.calls.get());
    } finally {
      server.close();
    }
  }

  /** Answers whatever comes with one frame, under the request's id, and keeps what came. */
  private static final class FakeServer implements AutoCloseable {
    final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    final CompletableFuture<byte[]> request = new CompletableFuture<>();

    FakeServer(byte[] response) throws IOException {
      Thread thread =
          new Thread(
              () -> {
                try (RawBolt peer = new RawBolt(socket.accept())) {
                  byte[] came = peer.read();
                  while (ByteBuffer.wrap(came).getShort(2) == BoltFrame.HEARTBEAT) {
                    came = peer.read(); // the client's first word
                  }
                  request.complete(came);
                  byte[] answer = response.clone();
                  ByteBuffer.wrap(answer)
                      .putInt(answer[0] == 2 ? 6 : 5, ByteBuffer.wrap(came).getInt(5));
                  peer.send(answer);
                  peer.isClosed();
                } catch (IOException e) {
                  request.completeExceptionally(e);
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Object call(
      FakeServer server, MethodDescriptor method, String serialization, Object message)
      throws Exception {
    CompletableFuture<Outcome> end = new CompletableFuture<>();
    CompletableFuture<Payload> answer = new CompletableFuture<>();
    ClientTransport client =
        new BoltTransportFactory()
            .connect(
                new ConnectSpec(
                    "127.0.0.1",
                    server.socket.getLocalPort(),
                    Duration.ofSeconds(5),
                    null,
                    serialization,
                    transports,
                    Map.of()),
                new ClientTransport.Listener() {});
    try {
      client
          .newStream(
              Invocation.of(
                  method,
                  "demo",
                  Metadata.EMPTY,
                  CallOptions.DEFAULT,
                  Deadline.after(Duration.ofSeconds(3))),
              new ClientStream.Listener() {
                @Override
                public void onMessage(Payload payload) {
                  answer.complete(payload);
                }

                @Override
                public void onClose(Outcome outcome) {
                  end.complete(outcome);
                }
              })
          .send(message);
      Outcome outcome = end.get(10, TimeUnit.SECONDS);
      if (!outcome.status().isOk()) {
        throw new RpcException(outcome.status(), outcome.trailers());
      }
      return answer.get(1, TimeUnit.SECONDS).read();
    } finally {
      client.close();
    }
  }

  private RpcException readWith(MethodDescriptor method, byte[] response) throws Exception {
    try (FakeServer server = new FakeServer(response)) {
      return assertThrows(RpcException.class, () -> call(server, method, null, new Object[] {"x"}));
    }
  }

  private Object read(
      String name, MethodDescriptor method, String serialization, Object... arguments)
      throws Exception {
    try (FakeServer server = new FakeServer(RawBolt.hex(captured(name).get("response").asText()))) {
      return call(server, method, serialization, arguments);
    }
  }

  @Test
  void responsesAreReadAsTheRealClientReadThem() throws Exception {
    assertEquals("echo:hello", read("rpc_sync_string", DemoService.ECHO, null, "hello"));
    assertEquals("echo:hé 中文 😀", read("rpc_string_utf8", DemoService.ECHO, null, "x"));
    assertEquals(null, read("rpc_null_return", DemoService.ECHO, null, "n:"));
    assertEquals(6L, read("rpc_primitives", DemoService.SUM, null, 1, 2L, 3));
    assertEquals("echo:j", read("rpc_json", DemoService.ECHO, "json", "j"));
    assertEquals(6L, read("rpc_json_multi", DemoService.SUM, "json", 1, 2L, 3));
    Pojo kid = new Pojo("kid", 0, null, null, null, null);
    assertEquals(
        new Pojo("ann", 31, 99L, List.of("a", "b"), kid, Color.GREEN),
        read("rpc_pojo", DemoService.POJO, null, kid));
    Map<?, ?> read =
        assertInstanceOf(
            Map.class, read("rpc_map_list", DemoService.KINDS, null, Map.of(), List.of()));
    assertEquals(1, read.get("n"));
  }

  @Test
  void protobufResponseIsRead() throws Exception {
    try (FakeServer server =
        new FakeServer(RawBolt.hex(captured("rpc_protobuf").get("response").asText()))) {
      assertEquals(
          StringValue.of("ABC"), call(server, DemoService.UP, null, StringValue.of("abc")));
      byte[] request = server.request.get(5, TimeUnit.SECONDS);
      byte[] content = Arrays.copyOfRange(request, request.length - 5, request.length);
      assertEquals("0a03616263", RawBolt.hex(content));
      assertEquals(BoltFrame.PROTOBUF, request[9]);
    }
  }

  @Test
  void emptyProtobufMessageHasBytesForPeersThatTakeNoneForNothing() throws Exception {
    String answer = captured("rpc_protobuf").get("response").asText();
    String empty = answer.replace("00000005636f6d", "00000006636f6d");
    empty = empty.substring(0, empty.length() - 10) + "f8ffffff0f00";
    try (FakeServer server = new FakeServer(RawBolt.hex(empty))) {
      StringValue nothing = StringValue.getDefaultInstance();
      assertEquals(nothing, call(server, DemoService.UP, null, nothing));
      assertTrue(RawBolt.hex(server.request.get(5, TimeUnit.SECONDS)).endsWith("f8ffffff0f00"));
    }
    // a peer's parser knows no such field
    assertEquals("", StringValue.parseFrom(RawBolt.hex("f8ffffff0f00")).getValue());
  }

  @Test
  void exceptionOfTheServiceComesAsItself() throws Exception {
    RpcException thrown =
        assertThrows(
            RpcException.class, () -> read("rpc_biz_exception", DemoService.FAIL, null, "x"));
    assertEquals(Origin.APPLICATION, thrown.status().origin());
    BizException cause = assertInstanceOf(BizException.class, thrown.status().cause());
    assertEquals("biz failed: x", cause.getMessage());
    assertEquals("E42", cause.code());
  }

  @Test
  void exceptionWithoutItsTypeIsATextOfTheService() throws Exception {
    RpcException thrown =
        assertThrows(
            RpcException.class, () -> read("rpc_json_exception", DemoService.FAIL, "json", "x"));
    assertEquals(Origin.APPLICATION, thrown.status().origin());
    assertTrue(thrown.status().message().contains("biz failed: x"), thrown::getMessage);
  }

  @Test
  void requestContentIsTheLeastThatTheRealServerAccepts() throws Exception {
    try (FakeServer server =
        new FakeServer(RawBolt.hex(captured("rpc_sync_string").get("response").asText()))) {
      call(server, DemoService.ECHO, null, new Object[] {"min"});
      String request = RawBolt.hex(server.request.get(5, TimeUnit.SECONDS));
      // the 192 bytes of content after the 22 + 44 + 39 of the captured minimal request
      String content =
          "4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f66615265717565"
              + "7374950d7461726765744170704e616d650a6d6574686f644e616d651774617267657453657276696365"
              + "556e697175654e616d650c7265717565737450726f70730d6d6574686f64417267536967736f904e0465"
              + "63686f1864656d6f2e6170692e4563686f536572766963653a312e304e567400075b737472696e676e01"
              + "106a6176612e6c616e672e537472696e677a036d696e";
      assertTrue(request.endsWith(content), request);
      assertTrue(request.startsWith("0101000101"), request);
    }
  }
}
