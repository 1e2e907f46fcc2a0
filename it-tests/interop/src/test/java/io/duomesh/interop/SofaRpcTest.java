package io.duomesh.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.rpc.api.GenericService;
import com.alipay.sofa.rpc.api.future.SofaResponseFuture;
import com.alipay.sofa.rpc.common.RpcConfigs;
import com.alipay.sofa.rpc.common.RpcOptions;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.exception.SofaTimeOutException;
import io.duomesh.CallOptions;
import io.duomesh.ClientOptions;
import io.duomesh.Duomesh;
import io.duomesh.RpcContext;
import io.duomesh.RpcException;
import io.duomesh.ServiceName;
import io.duomesh.ServiceOptions;
import io.duomesh.Status.Code;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SOFARPC over Bolt, its client before our server and our client before its server. */
@Timeout(120)
class SofaRpcTest {
  /** What both sides share. */
  public interface Orders {
    String echo(String text);

    Order place(Order order, int count, List<String> notes) throws SoldOutException;

    long sum(int a, long b, Integer c);

    void ping();

    String slow(long millis) throws InterruptedException;

    String header(String name);
  }

  /** A value. */
  public static final class Order {
    private String item = "";
    private int count;
    private List<String> notes = new ArrayList<>();
    private Order follow;

    public Order() {}

    Order(String item) {
      this.item = item;
    }
  }

  /** A declared exception. */
  public static final class SoldOutException extends Exception {
    private static final long serialVersionUID = 1L;
    private String item;

    public SoldOutException(String message) {
      super(message);
    }

    SoldOutException(String message, String item) {
      super(message);
      this.item = item;
    }
  }

  private static final class Shop implements Orders {
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public Order place(Order order, int count, List<String> notes) throws SoldOutException {
      if (order.item.equals("unicorn")) {
        throw new SoldOutException("no unicorns", order.item);
      }
      order.count = count;
      order.notes = new ArrayList<>(notes);
      order.follow = new Order("next");
      return order;
    }

    @Override
    public long sum(int a, long b, Integer c) {
      return a + b + c;
    }

    @Override
    public void ping() {
      seen.add("ping");
    }

    @Override
    public String slow(long millis) throws InterruptedException {
      new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      return "slept";
    }

    @Override
    public String header(String name) {
      return RpcContext.current().requestMetadata().get(name);
    }
  }

  private final Shop shop = new Shop();
  private final List<Runnable> closing = new ArrayList<>();

  /** Their tracer writes a log line per call to the home directory. */
  @BeforeAll
  static void quiet() {
    RpcConfigs.putValue(RpcOptions.DEFAULT_TRACER, "");
    RpcConfigs.putValue(RpcOptions.MODULE_LOAD_LIST, "fault-tolerance");
    RpcConfigs.putValue(RpcOptions.LOGGER_IMPL, "com.alipay.sofa.rpc.log.SLF4JLoggerImpl");
  }

  @AfterEach
  void close() {
    for (int i = closing.size() - 1; i >= 0; i--) {
      closing.get(i).run();
    }
  }

  // ---- their client, our server

  private int ourServer() {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .traffic(TrafficSnapshot.EMPTY)
            .build();
    closing.add(server::close);
    server.export(Orders.class, shop, ServiceOptions.DEFAULT);
    server.export(Orders.class, shop, ServiceOptions.DEFAULT.withUniqueId("blue"));
    server.start();
    return server.port();
  }

  private <T> ConsumerConfig<T> theirClient(Class<T> type, int port) {
    ConsumerConfig<T> config =
        new ConsumerConfig<T>()
            .setInterfaceId(type.getName())
            .setProtocol("bolt")
            .setDirectUrl("bolt://127.0.0.1:" + port)
            .setRegister(false)
            .setRepeatedReferLimit(-1)
            .setConnectTimeout(30_000)
            .setTimeout(30_000);
    closing.add(config::unRefer);
    return config;
  }

  @Test
  void theirClientGetsOurResults() throws Exception {
    Orders orders = theirClient(Orders.class, ourServer()).refer();
    assertEquals("héllo 😀", orders.echo("héllo 😀"));
    assertNull(orders.echo(null));
    assertEquals(6, orders.sum(1, 2L, 3));
    orders.ping();
    assertEquals("ping", shop.seen.poll(5, TimeUnit.SECONDS));
    Order placed = orders.place(new Order("tea"), 3, List.of("hot", "sweet"));
    assertEquals("tea", placed.item);
    assertEquals(3, placed.count);
    assertEquals(List.of("hot", "sweet"), placed.notes);
    assertEquals("next", placed.follow.item);
    String large = "x".repeat(3 << 20);
    assertEquals(large, orders.echo(large));
  }

  @Test
  void theirClientGetsOurExceptionAsItself() {
    Orders orders = theirClient(Orders.class, ourServer()).refer();
    SoldOutException thrown =
        assertThrows(
            SoldOutException.class, () -> orders.place(new Order("unicorn"), 1, List.of()));
    assertEquals("unicorn", thrown.item);
  }

  @Test
  void theirClientReachesAServiceByItsUniqueId() {
    Orders orders = theirClient(Orders.class, ourServer()).setUniqueId("blue").refer();
    assertEquals("x", orders.echo("x"));
  }

  @Test
  void theirClientIsToldOfUnknownServices() {
    Orders orders = theirClient(Orders.class, ourServer()).setUniqueId("green").refer();
    SofaRpcException thrown = assertThrows(SofaRpcException.class, () -> orders.echo("x"));
    assertTrue(thrown.getMessage().contains("RPC-020100010"), thrown::getMessage);
  }

  @Test
  void theirClientCallsLaterAndOneWay() throws Exception {
    int port = ourServer();
    Orders later = theirClient(Orders.class, port).setInvokeType("future").refer();
    assertNull(later.echo("x"));
    assertEquals("x", SofaResponseFuture.getResponse(30_000, true));
    Orders told = theirClient(Orders.class, port).setInvokeType("oneway").refer();
    told.ping();
    assertEquals("ping", shop.seen.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void theirClientGivesUpInTime() {
    Orders orders = theirClient(Orders.class, ourServer()).setTimeout(300).refer();
    assertThrows(SofaTimeOutException.class, () -> orders.slow(2000));
  }

  @Test
  void theirClientsHeadersAreMetadata() {
    Orders orders = theirClient(Orders.class, ourServer()).refer();
    RpcInvokeContext.getContext().addCustomHeader("lane", "green");
    try {
      assertEquals("green", orders.header("lane"));
    } finally {
      RpcInvokeContext.removeContext();
    }
  }

  @Test
  void theirGenericClientNeedsNoClass() {
    GenericService orders =
        theirClient(GenericService.class, ourServer())
            .setInterfaceId(Orders.class.getName())
            .setGeneric(true)
            .refer();
    assertEquals(
        "x", orders.$invoke("echo", new String[] {"java.lang.String"}, new Object[] {"x"}));
  }

  // ---- our client, their server

  private int theirServer() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    ServerConfig server =
        new ServerConfig()
            .setProtocol("bolt")
            .setHost("127.0.0.1")
            .setBoundHost("127.0.0.1")
            .setPort(port)
            .setDaemon(true);
    for (String id : List.of("", "blue")) {
      ProviderConfig<Orders> provider =
          new ProviderConfig<Orders>()
              .setInterfaceId(Orders.class.getName())
              .setRef(shop)
              .setServer(server)
              .setRegister(false);
      if (!id.isEmpty()) {
        provider.setUniqueId(id);
      }
      provider.export();
      closing.add(provider::unExport);
    }
    closing.add(server::destroy);
    return port;
  }

  private Duomesh ourClient(int port) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to("orders"))));
    Duomesh client =
        Duomesh.builder()
            .application("front")
            .set("duomesh.client.timeout", "30s") // their server starts slowly
            .traffic(
                new TrafficSnapshot(
                    "1",
                    Map.of("orders", Listener.api("orders", Listener.HttpRoutes.of(routes))),
                    Map.of(),
                    Map.of("orders", ClusterSpec.of("orders", "bolt", LbPolicy.ROUND_ROBIN)),
                    Map.of(
                        "orders",
                        ClusterEndpoints.of("orders", List.of(Endpoint.of("127.0.0.1", port)))),
                    null))
            .build();
    closing.add(client::close);
    return client.start();
  }

  @Test
  void ourClientGetsTheirResults() throws Exception {
    Orders orders = ourClient(theirServer()).client(Orders.class, "orders");
    assertEquals("héllo 😀", orders.echo("héllo 😀"));
    assertNull(orders.echo(null));
    assertEquals(6, orders.sum(1, 2L, 3));
    orders.ping();
    assertEquals("ping", shop.seen.poll(5, TimeUnit.SECONDS));
    Order placed = orders.place(new Order("tea"), 3, List.of("hot", "sweet"));
    assertEquals(3, placed.count);
    assertEquals(List.of("hot", "sweet"), placed.notes);
    assertEquals("next", placed.follow.item);
    String large = "x".repeat(3 << 20);
    assertEquals(large, orders.echo(large));
  }

  @Test
  void ourClientGetsTheirExceptionAsItself() throws Exception {
    Orders orders = ourClient(theirServer()).client(Orders.class, "orders");
    SoldOutException thrown =
        assertThrows(
            SoldOutException.class, () -> orders.place(new Order("unicorn"), 1, List.of()));
    assertEquals("unicorn", thrown.item);
  }

  @Test
  void ourClientReachesAServiceByItsUniqueId() throws Exception {
    Duomesh client = ourClient(theirServer());
    ClientOptions blue = ClientOptions.target("orders").withUniqueId("blue");
    assertEquals("x", client.client(Orders.class, blue).echo("x"));
  }

  @Test
  void ourClientIsToldOfUnknownServicesAndMethods() throws Exception {
    Duomesh client = ourClient(theirServer());
    ClientOptions green = ClientOptions.target("orders").withUniqueId("green");
    RpcException service =
        assertThrows(RpcException.class, () -> client.client(Orders.class, green).echo("x"));
    assertEquals(Code.UNIMPLEMENTED, service.status().code());
    RpcException method =
        assertThrows(
            RpcException.class,
            () ->
                client
                    .generic("orders")
                    .invoke(
                        ServiceName.of(Orders.class.getName()),
                        "absent",
                        List.of(),
                        List.of(),
                        CallOptions.DEFAULT));
    assertEquals(Code.UNIMPLEMENTED, method.status().code());
  }

  @Test
  void ourClientGivesUpInTime() throws Exception {
    Duomesh client = ourClient(theirServer());
    Orders hurried =
        client.with(
            client.client(Orders.class, "orders"),
            CallOptions.DEFAULT.withTimeout(Duration.ofMillis(300)));
    RpcException thrown = assertThrows(RpcException.class, () -> hurried.slow(2000));
    assertEquals(Code.DEADLINE_EXCEEDED, thrown.status().code());
  }

  @Test
  void ourGenericClientNeedsNoClass() throws Exception {
    Duomesh client = ourClient(theirServer());
    Object placed =
        client
            .generic("orders")
            .invoke(
                ServiceName.of(Orders.class.getName()),
                "place",
                List.of(Order.class.getName(), "int", "java.util.List"),
                List.of(Map.of("class", Order.class.getName(), "item", "tea"), 2, List.of("a")),
                CallOptions.DEFAULT);
    Map<?, ?> fields = (Map<?, ?>) placed;
    assertEquals(Order.class.getName(), fields.get("class"));
    assertEquals("tea", fields.get("item"));
    assertEquals(2, fields.get("count"));
    assertEquals("next", ((Map<?, ?>) fields.get("follow")).get("item"));
  }

  @Test
  void ourManyConcurrentCallsAreAllAnswered() throws Exception {
    Orders orders = ourClient(theirServer()).client(Orders.class, "orders");
    List<Thread> callers = new ArrayList<>();
    BlockingQueue<String> wrong = new LinkedBlockingQueue<>();
    for (int c = 0; c < 8; c++) {
      String name = "caller " + c + " call ";
      Thread caller =
          new Thread(
              () -> {
                for (int i = 0; i < 200; i++) {
                  String answer = orders.echo(name + i);
                  if (!answer.equals(name + i)) {
                    wrong.add(answer);
                  }
                }
              });
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertTrue(wrong.isEmpty(), wrong::toString);
  }
}
