package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.rpc.common.RpcConfigs;
import com.alipay.sofa.rpc.common.RpcOptions;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import io.grpc.Server;
import io.grpc.health.v1.HealthProto;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls without a class at hand: to our servers, SOFARPC's, Dubbo's and grpc-java's. */
@Timeout(120)
class CallCommandTest {
  private static final String SERVICE = Orders.class.getName();
  private static final String ORDER = Orders.Order.class.getName();
  private static final String SIZE = Orders.Size.class.getName();

  /** SOFARPC's tracer writes to the home directory. */
  @BeforeAll
  static void quiet() {
    RpcConfigs.putValue(RpcOptions.DEFAULT_TRACER, "");
    RpcConfigs.putValue(RpcOptions.MODULE_LOAD_LIST, "fault-tolerance");
    RpcConfigs.putValue(RpcOptions.LOGGER_IMPL, "com.alipay.sofa.rpc.log.SLF4JLoggerImpl");
  }

  private static Run call(Peer peer, String method, String arguments, String... options)
      throws Exception {
    String[] words = new String[5 + options.length + 2];
    words[0] = "call";
    words[1] = peer.target();
    words[2] = SERVICE;
    words[3] = method;
    words[4] = arguments;
    words[5] = "--timeout";
    words[6] = "20s";
    System.arraycopy(options, 0, words, 7, options.length);
    return Run.of(words);
  }

  private static void assertResult(String expected, Run run) {
    assertEquals(new Run(0, expected, ""), run);
  }

  @ParameterizedTest
  @EnumSource
  void argumentsSayTheirTypesThemselves(Peer peer) throws Exception {
    assertResult("\"héllo 😀\"", call(peer, "echo", "[\"héllo 😀\"]"));
    assertResult("6", call(peer, "sum", "[1, 2, 3]"));
    assertResult("\"number 5\"", call(peer, "echo", "[5]"));
    assertResult("3.5", call(peer, "total", "[[{\"class\": \"" + ORDER + "\", \"count\": 3}]]"));
  }

  @ParameterizedTest
  @EnumSource
  void objectsOfUnknownClassesComeAndGo(Peer peer) throws Exception {
    Run run =
        call(
            peer,
            "place",
            "[{\"item\": \"tea\", \"size\": {\"class\": \""
                + Orders.Size.class.getName()
                + "\", \"name\": \"LARGE\"}, \"follow\": {\"item\": \"milk\"}}, 2, [\"hot\"]]",
            "--types",
            ORDER + ",int,List<String>");
    assertEquals("", run.err());
    JsonObject order = JsonParser.parseString(run.out()).getAsJsonObject();
    assertEquals(ORDER, order.get("class").getAsString());
    assertEquals("tea", order.get("item").getAsString());
    assertEquals(2, order.get("count").getAsInt());
    assertEquals("[\"hot\"]", order.get("notes").toString());
    assertEquals("LARGE", order.getAsJsonObject("size").get("name").getAsString());
    assertEquals("next", order.getAsJsonObject("follow").get("item").getAsString());
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfParameterCanBeSaid(Peer peer) throws Exception {
    assertResult(
        "[[1,2],\"tea\",\"2026-01-02T03:04:05Z\",12.50,\"AQI=\",\"LARGE\",\"milk\",true]",
        call(
            peer,
            "mirror",
            "[[1, 2], [{\"item\": \"tea\"}], \"2026-01-02T03:04:05Z\", \"12.50\", \"AQI=\", \"LARGE\","
                + " {\"a\": {\"item\": \"milk\"}}, [7]]",
            "--types",
            "int[],"
                + ORDER
                + "[],Date,BigDecimal,byte[],"
                + SIZE
                + ",Map<String,"
                + ORDER
                + ">,Set<Long>"));
  }

  @ParameterizedTest
  @EnumSource
  void aBusinessExceptionComesWithTypeAndFields(Peer peer) throws Exception {
    Run run =
        call(peer, "place", "[{\"item\": \"unicorn\"}, 1, []]", "--types", ORDER + ",int,List");
    assertEquals(1, run.exit());
    assertEquals("", run.out());
    String[] lines = run.err().split("\n");
    String type = Orders.SoldOutException.class.getName();
    assertEquals("UNKNOWN (APPLICATION): " + type + ": no unicorns", lines[0]);
    JsonObject thrown = JsonParser.parseString(lines[1]).getAsJsonObject();
    assertEquals(type, thrown.get("type").getAsString());
    assertEquals("no unicorns", thrown.get("message").getAsString());
    assertEquals("unicorn", thrown.getAsJsonObject("fields").get("item").getAsString());
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownMethodIsUnimplemented(Peer peer) throws Exception {
    Run run = call(peer, "burn", "[1]");
    assertEquals(1, run.exit());
    if (peer == Peer.DUBBO) { // it fails with an exception of its own
      assertTrue(run.err().startsWith("UNKNOWN (REMOTE)"), run.err());
    } else {
      assertTrue(run.err().startsWith("UNIMPLEMENTED (REMOTE)"), run.err());
      assertTrue(run.err().contains("say --types"), run.err());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSlowServiceRunsIntoTheTimeout(Peer peer) throws Exception {
    call(peer, "echo", "[\"warm\"]");
    Run run =
        Run.of(
            "call",
            peer.target(),
            SERVICE,
            "slow",
            "[5000]",
            "--types",
            "long",
            "--timeout",
            "300ms");
    assertEquals(1, run.exit());
    assertTrue(run.err().startsWith("DEADLINE_EXCEEDED"), run.err());
  }

  @ParameterizedTest
  @EnumSource(names = {"OURS_ON_BOLT", "OURS_ON_TRIPLE"})
  void headersAreMetadata(Peer peer) throws Exception {
    assertResult("\"a=b\"", call(peer, "header", "[\"lane\"]", "--header", "lane=a=b"));
  }

  @ParameterizedTest
  @EnumSource
  void anInterfaceOfProtobufMessagesIsCalledByItsDescriptor(Peer peer, @TempDir Path directory)
      throws Exception {
    MethodDescriptorProto echo =
        MethodDescriptorProto.newBuilder()
            .setName("echo")
            .setInputType(".google.protobuf.StringValue")
            .setOutputType(".google.protobuf.StringValue")
            .build();
    FileDescriptorProto proto =
        FileDescriptorProto.newBuilder()
            .setName("echo.proto")
            .setPackage("demo")
            .setSyntax("proto3")
            .addDependency("google/protobuf/wrappers.proto")
            .addService(ServiceDescriptorProto.newBuilder().setName("ProtoEcho").addMethod(echo))
            .build();
    Path file = directory.resolve("echo.bin");
    Files.write(file, FileDescriptorSet.newBuilder().addFile(proto).build().toByteArray());
    String service = ProtoEcho.class.getName();
    assertResult(
        "\"hé\"",
        Run.of(
            "call", peer.target(), service, "echo", "[\"hé\"]", "--descriptor", file.toString()));
  }

  @Test
  void aProtobufServiceIsCalledByItsDescriptor(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("health.bin");
    Files.write(
        file,
        FileDescriptorSet.newBuilder()
            .addFile(HealthProto.getDescriptor().toProto())
            .build()
            .toByteArray());
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
    try {
      String target = "triple://127.0.0.1:" + server.getPort();
      String service = "grpc.health.v1.Health";
      Run known = Run.of("call", target, service, "Check", "[{}]", "--descriptor", file.toString());
      assertResult("{\"status\":\"SERVING\"}", known);
      Run unknown =
          Run.of(
              "call",
              target,
              service,
              "Check",
              "[{\"service\": \"x\"}]",
              "--descriptor",
              file.toString());
      assertEquals(1, unknown.exit());
      assertTrue(unknown.err().startsWith("NOT_FOUND (REMOTE)"), unknown.err());
      Run streams =
          Run.of("call", target, service, "Watch", "[{}]", "--descriptor", file.toString());
      assertEquals(2, streams.exit());
      Run absent = Run.of("call", target, "x.Y", "Check", "[]", "--descriptor", file.toString());
      assertEquals(2, absent.exit());
      assertTrue(absent.err().contains("there are: [" + service + "]"), absent.err());
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() {
    Run run = Run.of("call", "bolt://127.0.0.1:1", SERVICE, "echo", "[\"x\"]");
    assertEquals(1, run.exit());
    assertTrue(run.err().startsWith("UNAVAILABLE (TRANSPORT, UF, unprocessed)"), run.err());
  }

  @Test
  void aWrongCommandLineSaysWhatIsExpected() {
    assertWrong("target: http://x:1 (expected: bolt://", "http://x:1", SERVICE, "echo", "[]");
    assertWrong("arguments: {} (expected: a JSON array", "bolt://x:1", SERVICE, "echo", "{}");
    assertWrong("target: bolt://x:99999 (expected: a port", "bolt://x:99999", SERVICE, "m", "[]");
    assertWrong("arguments: [1 (expected: a JSON array): End", "bolt://x:1", SERVICE, "m", "[1");
    assertWrong("1 types for 0 arguments", "bolt://x:1", SERVICE, "m", "[]", "--types", "int");
    assertWrong("unknown option --x", "bolt://x:1", SERVICE, "m", "[]", "--x", "int");
    assertWrong("argument 1: 1.5 is no int", "bolt://x:1", SERVICE, "m", "[1.5]", "--types", "int");
    assertWrong("--timeout: soon", "bolt://x:1", SERVICE, "m", "[]", "--timeout", "soon");
  }

  private static void assertWrong(String message, String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "call";
    System.arraycopy(words, 0, all, 1, words.length);
    Run run = Run.of(all);
    assertEquals(2, run.exit());
    assertTrue(run.err().startsWith("call: " + message), run.err());
  }
}
