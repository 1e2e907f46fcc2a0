package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.duomesh.CallOptions;
import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.ForwardingClientCall;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServiceName;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.duomesh.interop.Desk.Order;
import io.duomesh.interop.Desk.SoldOutException;
import io.netty.util.ResourceLeakDetector;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.model.FrameworkModel;
import org.apache.dubbo.rpc.service.EchoService;
import org.apache.dubbo.rpc.service.GenericException;
import org.apache.dubbo.rpc.service.GenericService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dubbo 3.3 over Triple, its client before our server and our client before its server. */
@Timeout(120)
class DubboTest {
  private static final int TIMEOUT_MILLIS = 60_000; // both sides start slowly where cores are few
  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.log.org.apache.dubbo";
  private static final String LOGGER = "dubbo.application.logger";
  private static final BlockingQueue<Metadata> TRAILERS = new LinkedBlockingQueue<>();

  private static FrameworkModel framework;
  private static DubboBootstrap dubbo;
  private static Duomesh ours;
  private static Duomesh client;
  private static int theirPort;

  /** Who calls whom. */
  enum Way {
    THEIR_CLIENT_OUR_SERVER {
      @Override
      <T> T client(Class<T> type, String group, String version) {
        ReferenceConfig<T> config = reference(type.getName());
        config.setInterface(type);
        config.setGroup(group);
        config.setVersion(version);
        return config.get();
      }
    },
    OUR_CLIENT_THEIR_SERVER {
      @Override
      <T> T client(Class<T> type, String group, String version) {
        ClientOptions options = ClientOptions.target(target());
        if (group != null) {
          options = options.withGroup(group).withVersion(version);
        }
        return client.client(type, options);
      }
    };

    abstract <T> T client(Class<T> type, String group, String version);

    Desk desk() {
      return client(Desk.class, null, null);
    }
  }

  /** A service that nobody offers. */
  public interface Absent {
    String echo(String text);
  }

  private static final class OurClerk extends Desk.Clerk {
    private final String prefix;

    OurClerk(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public String attachment(String name) {
      io.duomesh.RpcContext context = io.duomesh.RpcContext.current();
      String value = context.requestMetadata().get(name);
      context.addResponseMetadata("Answer", value);
      return value;
    }

    @Override
    public String echo(String text) {
      return text == null ? null : prefix + text;
    }
  }

  private static final class TheirClerk extends Desk.Clerk {
    private final String prefix;

    TheirClerk(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public String attachment(String name) {
      String value = RpcContext.getServerAttachment().getAttachment(name);
      RpcContext.getServerResponseContext().setAttachment("Answer", value);
      return value;
    }

    @Override
    public String echo(String text) {
      return text == null ? null : prefix + text;
    }
  }

  @BeforeAll
  static void open() throws Exception {
    System.setProperty(LOG_LEVEL, "off");
    System.setProperty(LOGGER, "slf4j");
    ours =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    ours.export(Desk.class, new OurClerk(""), ServiceOptions.DEFAULT);
    ours.export(
        Desk.class,
        new OurClerk("blue "),
        ServiceOptions.DEFAULT.withGroup("blue").withVersion("2.0.0"));
    ours.start();
    client =
        Duomesh.builder()
            .application("front")
            .set("duomesh.client.protocol", "triple")
            .set("duomesh.client.timeout", TIMEOUT_MILLIS + "ms")
            .clientInterceptor(keepTrailers())
            .build()
            .start();

    ApplicationConfig application = new ApplicationConfig("desk");
    application.setQosEnable(false);
    application.setLogger("slf4j");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      theirPort = free.getLocalPort();
    }
    ProtocolConfig protocol = new ProtocolConfig("tri", theirPort);
    protocol.setHost("127.0.0.1");
    framework = new FrameworkModel();
    dubbo =
        DubboBootstrap.newInstance(framework)
            .application(application)
            .registry(new RegistryConfig(RegistryConfig.NO_AVAILABLE))
            .protocol(protocol)
            .service(service(new TheirClerk(""), null, null))
            .service(service(new TheirClerk("blue "), "blue", "2.0.0"))
            .start();
  }

  @AfterAll
  static void close() {
    client.close();
    dubbo.destroy();
    framework.destroy();
    ours.close();
    FrameworkModel.destroyAll();
    System.clearProperty(LOG_LEVEL);
    System.clearProperty(LOGGER);
  }

  private static ServiceConfig<Desk> service(Desk desk, String group, String version) {
    ServiceConfig<Desk> config = new ServiceConfig<>();
    config.setInterface(Desk.class);
    config.setRef(desk);
    config.setGroup(group);
    config.setVersion(version);
    return config;
  }

  private static <T> ReferenceConfig<T> reference(String service) {
    ReferenceConfig<T> config = new ReferenceConfig<>();
    config.setScopeModel(dubbo.getApplicationModel().getDefaultModule());
    config.setInterface(service);
    // 127.0.0.1 in another form: their client takes the host's own address for a loopback one
    config.setUrl("tri://2130706433:" + ours.port());
    config.setProtocol("tri");
    config.setTimeout(TIMEOUT_MILLIS);
    config.setRetries(0);
    return config;
  }

  private static String target() {
    return "static://127.0.0.1:" + theirPort;
  }

  private static ClientInterceptor keepTrailers() {
    return (Invocation invocation, Channel next) ->
        new ForwardingClientCall(next.newCall(invocation)) {
          @Override
          public void start(ClientCall.Listener listener) {
            super.start(
                new ClientCall.Listener() {
                  @Override
                  public void onMessage(Object message) {
                    listener.onMessage(message);
                  }

                  @Override
                  public void onClose(Status status, Metadata trailers) {
                    TRAILERS.add(trailers);
                    listener.onClose(status, trailers);
                  }
                });
          }
        };
  }

  // ---- both ways

  @ParameterizedTest
  @EnumSource
  void scalarsArriveAsTheyAre(Way way) {
    Desk desk = way.desk();
    assertTrue(desk.not(false));
    assertEquals(Long.MIN_VALUE + 1, desk.sum((byte) -1, (short) -300, 300, Long.MIN_VALUE, 2));
    assertEquals(0.75, desk.half(1.5f));
    assertEquals('é', desk.next('è'));
    assertArrayEquals(new byte[] {3, 0, -1}, desk.reverse(new byte[] {-1, 0, 3}));
    assertEquals("héllo 😀", desk.echo("héllo 😀"));
    assertNull(desk.echo(null));
    desk.ping();
    String large = "x".repeat(3 << 20);
    assertEquals(large, desk.echo(large));
  }

  @ParameterizedTest
  @EnumSource
  void objectsArriveWhole(Way way) throws Exception {
    Desk desk = way.desk();
    Order placed = desk.place(new Order("tea"), 3);
    assertEquals("tea", placed.item());
    assertEquals(3, placed.count());
    assertEquals(new Order("next"), placed.follow());
    Order milk = new Order("milk");
    assertEquals(Arrays.asList(placed, milk, null), desk.all(List.of(placed, milk)));
    assertEquals(Map.of("tea", placed, "milk", milk), desk.byItem(Set.of(placed, milk)));
  }

  @ParameterizedTest
  @EnumSource
  void overloadsAreToldApart(Way way) {
    Desk desk = way.desk();
    assertEquals("int 1", desk.kind(1));
    assertEquals("long 1", desk.kind(1L));
    assertEquals("text 1", desk.kind("1"));
    assertEquals("list [1, 2]", desk.kind(List.of("1", "2")));
  }

  @ParameterizedTest
  @EnumSource
  void defaultMethodsAreTheServices(Way way) {
    assertEquals("overridden, a", way.desk().greet("overridden", "a"));
    assertEquals("inherited", way.desk().motto());
  }

  @ParameterizedTest
  @EnumSource
  void futuresAreCompleted(Way way) throws Exception {
    Order later = way.desk().later(new Order("tea")).get(60, TimeUnit.SECONDS);
    assertEquals(1, later.count());
  }

  @ParameterizedTest
  @EnumSource
  void protobufMessagesNeedNoWrapper(Way way) {
    assertEquals("re: é", way.desk().message(StringValue.of("é")).getValue());
  }

  @ParameterizedTest
  @EnumSource
  void groupAndVersionChooseTheService(Way way) {
    assertEquals("x", way.desk().echo("x"));
    assertEquals("blue x", way.client(Desk.class, "blue", "2.0.0").echo("x"));
  }

  @ParameterizedTest
  @EnumSource
  void declaredExceptionArrivesAsItself(Way way) {
    Desk desk = way.desk();
    SoldOutException thrown =
        assertThrows(SoldOutException.class, () -> desk.place(new Order("unicorn"), 1));
    assertEquals("no unicorns", thrown.getMessage());
    assertEquals("unicorn", thrown.item());
  }

  @ParameterizedTest
  @EnumSource
  void uncheckedExceptionKeepsItsMessage(Way way) {
    Desk desk = way.desk();
    IllegalStateException thrown =
        assertThrows(IllegalStateException.class, () -> desk.fail("100% naïve+1"));
    assertEquals("100% naïve+1", thrown.getMessage());
  }

  // ---- their client, our server

  @Test
  void theirAttachmentsTravelBothWays() {
    Desk desk = Way.THEIR_CLIENT_OUR_SERVER.desk();
    RpcContext.getClientAttachment().setAttachment("MyLane", "green");
    try {
      assertEquals("green", desk.attachment("MyLane"));
      assertEquals("green", RpcContext.getClientResponseContext().getAttachment("Answer"));
    } finally {
      RpcContext.removeContext();
    }
  }

  @Test
  void theirClientIsToldOfUnknownServicesAndMethods() {
    Absent absent = Way.THEIR_CLIENT_OUR_SERVER.client(Absent.class, null, null);
    org.apache.dubbo.rpc.RpcException service =
        assertThrows(org.apache.dubbo.rpc.RpcException.class, () -> absent.echo("x"));
    assertTrue(service.getMessage().contains(Absent.class.getName()), service::getMessage);
    Desk green = Way.THEIR_CLIENT_OUR_SERVER.client(Desk.class, "green", "2.0.0");
    assertThrows(org.apache.dubbo.rpc.RpcException.class, () -> green.echo("x"));
    Exception method =
        assertThrows(
            org.apache.dubbo.rpc.RpcException.class,
            () -> generic().$invoke("absent", new String[] {"int"}, new Object[] {1}));
    assertTrue(method.getMessage().contains("absent"), method::getMessage);
  }

  @Test
  void theirClientGivesUpInTime() {
    ReferenceConfig<Desk> config = reference(Desk.class.getName());
    config.setInterface(Desk.class);
    config.setTimeout(300);
    Desk desk = config.get();
    org.apache.dubbo.rpc.RpcException thrown =
        assertThrows(org.apache.dubbo.rpc.RpcException.class, () -> desk.slow(1_500));
    assertTrue(thrown.getMessage().contains("DEADLINE_EXCEEDED"), thrown::toString);
  }

  @Test
  void theirEchoIsAnswered() {
    EchoService echo = (EchoService) Way.THEIR_CLIENT_OUR_SERVER.desk();
    assertEquals("are you there?", echo.$echo("are you there?"));
  }

  @Test
  void theirGenericClientNeedsNoClass() {
    GenericService desk = generic();
    assertEquals("int 7", desk.$invoke("kind", new String[] {"int"}, new Object[] {7}));
    Map<?, ?> placed =
        (Map<?, ?>)
            desk.$invoke(
                "place",
                new String[] {Order.class.getName(), "int"},
                new Object[] {
                  Map.of("class", Order.class.getName(), "item", "tea", "size", "LARGE"), 3
                });
    assertEquals("tea", placed.get("item"));
    assertEquals(3, placed.get("count"));
    assertEquals("next", ((Map<?, ?>) placed.get("follow")).get("item"));
    GenericException thrown =
        assertThrows(
            GenericException.class,
            () ->
                desk.$invoke("fail", new String[] {"java.lang.String"}, new Object[] {"why not"}));
    assertEquals(IllegalStateException.class.getName(), thrown.getExceptionClass());
    assertEquals("why not", thrown.getExceptionMessage());
  }

  @Test
  void theirGenericClientMaySendWhatJsonHas() {
    GenericService desk = generic();
    assertEquals("LARGE", desk.$invoke("size", types(Desk.Size.class), new Object[] {"LARGE"}));
    assertEquals(
        List.of("SMALL"),
        desk.$invoke("sizes", new String[] {"java.util.List"}, new Object[] {List.of("SMALL")}));
    assertEquals(
        "2024-02-29T12:00:30",
        desk.$invoke(
            "day", types(java.time.LocalDateTime.class), new Object[] {"2024-02-29T12:00:30"}));
    assertEquals(
        Map.of("class", Desk.Spot.class.getName(), "x", 1, "name", "here"),
        desk.$invoke(
            "spot", types(Desk.Spot.class), new Object[] {Map.of("x", "1", "name", "here")}));
    assertEquals("text a", desk.$invoke("kind", types(String.class), new Object[] {"a"}));
    assertEquals(
        "long 3", desk.$invoke("kind", new String[] {"long"}, new Object[] {"3"}), "a number");
  }

  @Test
  void theirGenericClientMayLeaveTypesOut() {
    GenericService desk = generic();
    assertEquals("x", desk.$invoke("echo", null, new Object[] {"x"}));
    assertNull(desk.$invoke("ping", null, null));
    assertEquals("a, b", desk.$invoke("greet", null, new Object[] {new String[] {"a", "b"}}));
    assertEquals(
        "a",
        desk.$invoke("greet", new String[] {"java.lang.String[]"}, new Object[] {List.of("a")}));
    assertRefused("overloaded", () -> desk.$invoke("kind", null, new Object[] {"x"}));
    assertRefused(
        "2 arguments", () -> desk.$invoke("kind", new String[] {"int"}, new Object[] {1, 2}));
    assertRefused(
        "argument 1 is null",
        () -> desk.$invoke("kind", new String[] {"int"}, new Object[] {null}));
    assertRefused(
        "met the text x", () -> desk.$invoke("kind", new String[] {"int"}, new Object[] {"x"}));
  }

  private static void assertRefused(String part, Executable call) {
    Exception thrown = assertThrows(org.apache.dubbo.rpc.RpcException.class, call);
    assertTrue(thrown.getMessage().contains(part), thrown::getMessage);
  }

  private static String[] types(Class<?> type) {
    return new String[] {type.getName()};
  }

  private static GenericService generic() {
    ReferenceConfig<GenericService> config = reference(Desk.class.getName());
    config.setGeneric("true");
    return config.get();
  }

  // ---- our client, their server

  @Test
  void ourMetadataTravelsBothWays() throws Exception {
    Desk desk =
        client.with(
            Way.OUR_CLIENT_THEIR_SERVER.desk(),
            CallOptions.DEFAULT.withMetadata("MyLane", "green"));
    TRAILERS.clear();
    assertEquals("green", desk.attachment("MyLane"));
    assertEquals("green", TRAILERS.poll(10, TimeUnit.SECONDS).get("Answer"));
  }

  @Test
  void ourClientIsToldOfUnknownServicesAndMethods() {
    ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    // their server never releases the message of a request that it refuses
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    try {
      Absent absent = Way.OUR_CLIENT_THEIR_SERVER.client(Absent.class, null, null);
      RpcException service = assertThrows(RpcException.class, () -> absent.echo("x"));
      assertEquals(Status.Code.UNIMPLEMENTED, service.status().code());
      assertEquals(Status.Origin.REMOTE, service.status().origin());
      RpcException method =
          assertThrows(RpcException.class, () -> invoke("absent", List.of("int"), List.of(1)));
      assertEquals(Status.Origin.REMOTE, method.status().origin());
    } finally {
      ResourceLeakDetector.setLevel(level);
    }
  }

  @Test
  void ourClientGivesUpInTime() {
    Desk hurried =
        client.with(
            Way.OUR_CLIENT_THEIR_SERVER.desk(),
            CallOptions.DEFAULT.withTimeout(Duration.ofMillis(300)));
    RpcException thrown = assertThrows(RpcException.class, () -> hurried.slow(1_500));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, thrown.status().code());
  }

  @Test
  void ourGenericClientNeedsNoClass() {
    Map<?, ?> placed =
        (Map<?, ?>)
            invoke(
                "place",
                List.of(Order.class.getName(), "int"),
                List.of(Map.of("class", Order.class.getName(), "item", "tea"), 3));
    assertEquals(Order.class.getName(), placed.get("class"));
    assertEquals("tea", placed.get("item"));
    assertEquals(3, placed.get("count"));
    assertEquals("next", ((Map<?, ?>) placed.get("follow")).get("item"));
  }

  private static Object invoke(String method, List<String> types, List<Object> arguments) {
    return client
        .generic(target())
        .invoke(
            ServiceName.of(Desk.class.getName()), method, types, arguments, CallOptions.DEFAULT);
  }
}
