package io.duomesh.transport.triple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.BytesValue;
import demo.pojo.BizException;
import demo.pojo.User;
import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializers;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What Dubbo and grpc-java said to each other, said to us. */
@Timeout(60)
class RecordedExchangesTest {
  private static final ServiceName POJO = ServiceName.of("demo.pojo.PojoService");
  private static final List<JsonNode> EXCHANGES = load();

  private static List<JsonNode> load() {
    try (InputStream in = RecordedExchangesTest.class.getResourceAsStream("exchanges.json")) {
      List<JsonNode> list = new ArrayList<>();
      new ObjectMapper().readTree(in).forEach(list::add);
      return list;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode exchange(String set, String path, int skip) {
    return EXCHANGES.stream()
        .filter(e -> e.get("set").asText().equals(set) && e.get("path").asText().endsWith(path))
        .skip(skip)
        .findFirst()
        .orElseThrow();
  }

  private static MethodDescriptor pojo(String name, Class<?> result, Class<?>... parameters) {
    return MethodDescriptor.of(
        POJO,
        name,
        Type.UNARY,
        new PayloadShape.Arguments(
            List.of(parameters),
            List.of(parameters).stream().map(Class::getName).toList(),
            result,
            List.of(BizException.class)));
  }

  // ---- our client, as Dubbo's and grpc-java's servers answer it

  /** Plays a recorded answer to one call of ours. */
  private static Recording play(JsonNode exchange, MethodDescriptor method, Object request)
      throws Exception {
    Recording recording = new Recording();
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Loopback loopback = new Loopback(stream -> {})) {
      ClientTransport client = loopback.connect(port.getLocalPort(), new Loopback.Events());
      ClientStream stream =
          client.newStream(
              Invocation.of(
                  method,
                  "test",
                  Metadata.EMPTY,
                  CallOptions.DEFAULT,
                  Deadline.after(Duration.ofSeconds(10))),
              recording);
      stream.send(request);
      if (!method.type().clientSendsOne()) {
        stream.halfClose();
      }
      stream.request(Integer.MAX_VALUE);
      try (RawPeer peer = RawPeer.server(port.accept())) {
        RawPeer.Frame head = peer.next(RawPeer.HEADERS);
        recording.sent = peer.next(RawPeer.DATA).payload();
        answer(peer, head.stream(), exchange);
        recording.outcome.get(10, TimeUnit.SECONDS);
      }
    }
    return recording;
  }

  private static void answer(RawPeer peer, int stream, JsonNode exchange) throws IOException {
    JsonNode blocks = exchange.get("response_headers");
    JsonNode messages = exchange.get("response_messages");
    boolean alone = blocks.size() == 1 && messages.isEmpty();
    peer.headers(stream, alone, pairs(blocks.get(0)));
    for (JsonNode message : messages) {
      peer.message(
          stream,
          false,
          message.get("flag").asInt(),
          HexFormat.of().parseHex(message.get("hex").asText()));
    }
    if (blocks.size() > 1) {
      peer.headers(stream, true, pairs(blocks.get(1)));
    }
  }

  private static String[] pairs(JsonNode block) {
    List<String> pairs = new ArrayList<>();
    for (JsonNode header : block) {
      pairs.add(header.get(0).asText());
      pairs.add(header.get(1).asText());
    }
    return pairs.toArray(String[]::new);
  }

  /** Keeps one call's messages and end. */
  private static final class Recording implements ClientStream.Listener {
    final List<Object> messages = new ArrayList<>();
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    volatile @Nullable RpcException thrown;
    byte[] sent = {};

    @Override
    public void onMessage(Payload payload) {
      try {
        Object read = payload.read();
        messages.add(read == null ? "null" : read);
      } catch (RpcException e) {
        thrown = e;
      }
    }

    @Override
    public void onClose(Outcome end) {
      outcome.complete(end);
    }

    Status status() {
      return outcome.join().status();
    }
  }

  @Test
  void requestIsWrittenAsDubboWritesIt() throws Exception {
    JsonNode hello = exchange("pojo", "/hello", 0);
    Recording call = play(hello, pojo("hello", String.class, String.class), new Object[] {"world"});
    String expected = hello.get("request_messages").get(0).get("hex").asText();
    assertEquals(expected, HexFormat.of().formatHex(call.sent, 5, call.sent.length));
    assertTrue(call.status().isOk(), call.status()::toString);
    assertEquals(List.of("hello world"), call.messages);
  }

  @Test
  void objectsAndCollectionsAreRead() throws Exception {
    Recording one =
        play(
            exchange("pojo", "/getUser", 0),
            pojo("getUser", User.class, User.class, int.class),
            new Object[] {new User(), 5});
    User user = assertInstanceOf(User.class, one.messages.get(0));
    assertEquals("bob", user.name);
    MethodDescriptor list =
        MethodDescriptor.of(
            POJO,
            "list",
            Type.UNARY,
            new PayloadShape.Arguments(
                List.of(Map.class),
                List.of("java.util.Map"),
                User.class.getDeclaredMethod("several").getGenericReturnType(),
                List.of()));
    Recording many = play(exchange("pojo", "/list", 0), list, new Object[] {Map.of()});
    List<?> users = assertInstanceOf(List.class, many.messages.get(0));
    assertEquals("l1", ((User) users.get(0)).name);
  }

  @Test
  void objectsAreMapsWhereTheResultMayBeAnything() throws Exception {
    Recording many =
        play(
            exchange("pojo", "/list", 0),
            MethodDescriptor.of( // no type of the peer's package in it
                POJO,
                "list",
                Type.UNARY,
                new PayloadShape.Arguments(
                    List.of(Map.class), List.of("java.util.Map"), Object.class, List.of())),
            new Object[] {Map.of()});
    List<?> users = assertInstanceOf(List.class, many.messages.get(0));
    Map<?, ?> user = assertInstanceOf(Map.class, users.get(0));
    assertEquals(User.class.getName(), user.get("class"));
    assertEquals("l1", user.get("name"));
  }

  @Test
  void voidAndNullAreNull() throws Exception {
    Recording none =
        play(
            exchange("pojo", "/voidCall", 0),
            pojo("voidCall", void.class, long.class),
            new Object[] {9L});
    assertEquals(List.of("null"), none.messages);
    Recording nul =
        play(
            exchange("pojo", "/nul", 0),
            pojo("nul", String.class, String.class),
            new Object[] {"x"});
    assertEquals(List.of("null"), nul.messages);
  }

  @Test
  void exceptionsOfTheServiceAreThrown() throws Exception {
    Recording declared =
        play(
            exchange("pojo", "/declared", 0),
            pojo("declared", String.class, String.class),
            new Object[] {"e"});
    assertNotNull(declared.thrown);
    assertEquals(Status.Origin.APPLICATION, declared.thrown.status().origin());
    assertInstanceOf(BizException.class, declared.thrown.status().cause());
    Recording undeclared =
        play(
            exchange("pojo", "/undeclared", 0),
            pojo("undeclared", String.class, String.class),
            new Object[] {"e"});
    assertInstanceOf(IllegalArgumentException.class, undeclared.thrown.status().cause());
    Recording unwritable =
        play(
            exchange("pojo", "/undeclaredRt", 0),
            pojo("undeclaredRt", String.class, String.class),
            new Object[] {"e"});
    assertEquals(Code.UNKNOWN, unwritable.status().code());
    assertEquals("Internal Server Error", unwritable.status().message());
  }

  @Test
  void exceptionOfDubboItselfIsNamed() throws Exception {
    Recording late =
        play(exchange("slow", "/slow", 0), pojo("slow", String.class, int.class), new Object[] {1});
    assertNotNull(late.thrown);
    assertTrue(late.thrown.getMessage().contains("Timeout"), late.thrown::getMessage);
  }

  /** Every recorded protobuf answer, with the status that it must become. */
  @TestFactory
  List<DynamicTest> answersBecomeStatuses() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode exchange : EXCHANGES) {
      String path = exchange.get("path").asText();
      JsonNode blocks = exchange.get("response_headers");
      boolean over =
          blocks.size() > 1 || blocks.size() == 1 && exchange.get("response_messages").isEmpty();
      if (!path.startsWith("/duo.test.Greeter/")
          || !over
          || !exchange.get("response_rst").isNull()) {
        continue;
      }
      tests.add(
          DynamicTest.dynamicTest(exchange.get("set").asText() + path, () -> check(exchange)));
    }
    return tests;
  }

  private static void check(JsonNode exchange) throws Exception {
    Type type = exchange.get("response_messages").size() > 1 ? Type.BIDI_STREAMING : Type.UNARY;
    if (exchange.get("path").asText().endsWith("ServerStream")) {
      type = Type.SERVER_STREAMING;
    }
    MethodDescriptor method =
        MethodDescriptor.of(
            ServiceName.of("duo.test.Greeter"),
            "SayHello",
            type,
            new PayloadShape.Message(BytesValue.class, BytesValue.class));
    Recording call = play(exchange, method, BytesValue.getDefaultInstance());
    Map<String, String> last = new HashMap<>();
    JsonNode blocks = exchange.get("response_headers");
    for (JsonNode header : blocks.get(blocks.size() - 1)) {
      last.put(header.get(0).asText(), header.get(1).asText());
    }
    Code expected =
        "408".equals(last.get(":status"))
            ? Code.DEADLINE_EXCEEDED
            : Code.of(Integer.parseInt(last.get("grpc-status")));
    assertEquals(expected, call.status().code(), call.status()::toString);
    String message = last.get("grpc-message");
    if (message != null) {
      assertEquals(GrpcMessage.decode(message), call.status().message());
    }
  }

  // ---- our server, as Dubbo's client asks it

  private static final Map<String, MethodDescriptor> SERVED =
      Map.of(
          "hello", pojo("hello", String.class, String.class),
          "voidCall", pojo("voidCall", void.class, long.class),
          "ping", pojo("ping", String.class),
          "nul", pojo("nul", String.class, String.class),
          "bytes", pojo("bytes", byte[].class, byte[].class),
          "getUser", pojo("getUser", User.class, User.class, int.class),
          "declared", pojo("declared", String.class, String.class));
  private static final MethodDescriptor OVER = pojo("over", String.class, String.class);
  private static final MethodDescriptor OVER_TWO =
      pojo("over", String.class, int.class, String[].class);

  private static void serve(ServerStream stream) {
    List<ServerMethod> methods = new ArrayList<>();
    for (MethodDescriptor each : SERVED.values()) {
      methods.add(new ServerMethod(each, call -> null));
    }
    methods.add(new ServerMethod(OVER, call -> null));
    methods.add(new ServerMethod(OVER_TWO, call -> null));
    stream.accept(
        new ServiceDefinition(POJO, methods, null),
        payload -> {
          try {
            Object[] arguments = (Object[]) payload.read();
            stream.send(result(stream.method().descriptor(), arguments));
            stream.close(Status.OK, Metadata.EMPTY);
          } catch (RpcException e) {
            stream.close(e.status(), Metadata.EMPTY);
          } catch (BizException e) {
            stream.close(Status.application(e), Metadata.EMPTY);
          }
        });
  }

  private static @Nullable Object result(MethodDescriptor method, Object[] arguments)
      throws BizException {
    return switch (method.name()) {
      case "hello" -> "hello " + arguments[0];
      case "ping" -> "pong";
      case "bytes" -> arguments[0];
      case "over" ->
          method == OVER
              ? "over(String) " + arguments[0]
              : "over(int,String[]) " + arguments[0] + List.of((String[]) arguments[1]);
      case "getUser" -> {
        User user = (User) arguments[0];
        user.age += (Integer) arguments[1];
        yield user;
      }
      case "declared" -> throw new BizException("declared " + arguments[0]);
      default -> null;
    };
  }

  private static RawPeer ask(Loopback loopback, JsonNode exchange) throws IOException {
    RawPeer peer = RawPeer.client(loopback.port());
    peer.headers(3, false, pairs(exchange.get("request_headers")));
    for (JsonNode message : exchange.get("request_messages")) {
      peer.message(3, false, 0, HexFormat.of().parseHex(message.get("hex").asText()));
    }
    return peer.send(RawPeer.DATA, RawPeer.END_STREAM, 3);
  }

  @TestFactory
  List<DynamicTest> answersAreThoseOfDubbo() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode exchange : EXCHANGES) {
      String path = exchange.get("path").asText();
      String name = path.substring(path.lastIndexOf('/') + 1);
      boolean versioned =
          exchange.get("request_headers").toString().contains("tri-service-version");
      boolean served =
          List.of("hello", "voidCall", "ping", "nul", "bytes", "over", "$echo").contains(name)
              || exchange.get("set").asText().equals("slow") && name.startsWith("$invoke");
      if (path.contains("PojoService")
          && served
          && !versioned
          && !exchange.get("response_headers").toString().contains("tri-exception-code")) {
        tests.add(DynamicTest.dynamicTest(path, () -> checkServed(exchange)));
      }
    }
    return tests;
  }

  private static void checkServed(JsonNode exchange) throws Exception {
    ServerTransport.Listener listener = RecordedExchangesTest::serve;
    try (Loopback loopback = new Loopback(listener);
        RawPeer peer = ask(loopback, exchange)) {
      assertEquals(Map.entry(":status", "200"), peer.decode(peer.next(RawPeer.HEADERS)).get(0));
      byte[] data = peer.next(RawPeer.DATA).payload();
      String expected = exchange.get("response_messages").get(0).get("hex").asText();
      String actual = HexFormat.of().formatHex(data, 5, data.length);
      if (exchange.get("path").asText().contains("$invoke") && expected.length() > 100) {
        // an object as a map: the same entries, in an order of their own
        assertEquals(map(HexFormat.of().parseHex(expected), 0), map(data, 5));
      } else {
        assertEquals(expected, actual);
      }
      assertEquals(List.of(Map.entry("grpc-status", "0")), peer.decode(peer.next(RawPeer.HEADERS)));
    }
  }

  private static Object map(byte[] response, int offset) throws IOException {
    WrapperResponse read =
        WrapperResponse.read(Unpooled.wrappedBuffer(response, offset, response.length - offset));
    return Serializers.named(Serializers.HESSIAN2)
        .read(read.result(), Object.class, ClassFilter.GENERIC);
  }

  @Test
  void exceptionsGoOutInDubbosForm() throws Exception {
    JsonNode exchange = exchange("pojo", "/declared", 0);
    try (Loopback loopback = new Loopback(RecordedExchangesTest::serve);
        RawPeer peer = ask(loopback, exchange)) {
      assertTrue(
          peer.decode(peer.next(RawPeer.HEADERS)).contains(Map.entry("tri-exception-code", "3")));
      byte[] data = peer.next(RawPeer.DATA).payload();
      WrapperResponse response =
          WrapperResponse.read(Unpooled.wrappedBuffer(data, 5, data.length - 5));
      assertEquals("hessian4", response.serializeType());
      assertEquals("java.lang.String", response.type());
      assertTrue(
          response.data().toString(StandardCharsets.ISO_8859_1).contains("demo.pojo.BizException"));
      assertEquals(List.of(Map.entry("grpc-status", "0")), peer.decode(peer.next(RawPeer.HEADERS)));
    }
  }
}
