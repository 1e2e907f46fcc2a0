package io.duomesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.CallOptions;
import io.duomesh.Duomesh;
import io.duomesh.Metadata;
import io.duomesh.RpcContext;
import io.duomesh.RpcException;
import io.duomesh.RpcMethod;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two runtimes, real sockets: what a service sees and what its caller gets. */
class BoltEndToEndTest {
  private final Shop shop = new Shop();
  private final Duomesh server = Duomesh.builder().set("duomesh.server.port", "0").build();
  private Duomesh client = Duomesh.builder().traffic(TrafficSnapshot.EMPTY).build();

  /** The protocol under test. */
  String protocol() {
    return "bolt";
  }

  /** A service with all kinds of methods. */
  public interface Orders {
    String status(long id);

    Order place(Order order, List<String> notes) throws OutOfStock;

    CompletableFuture<Order> placeLater(Order order);

    int count();

    void slow(long millis) throws InterruptedException;

    String failing();

    @RpcMethod(oneWay = true)
    void audit(String line);
  }

  /** A message. */
  public static final class Order {
    private long id;
    private String item = "";
    private List<String> notes = new ArrayList<>();

    public Order() {}

    Order(long id, String item) {
      this.id = id;
      this.item = item;
    }
  }

  /** A business exception. */
  public static final class OutOfStock extends Exception {
    public OutOfStock(String message) {
      super(message);
    }
  }

  private static final class Shop implements Orders {
    final CountDownLatch audited = new CountDownLatch(1);
    final AtomicReference<Metadata> seen = new AtomicReference<>(Metadata.EMPTY);
    final AtomicReference<Duration> left = new AtomicReference<>(Duration.ZERO);

    @Override
    public String status(long id) {
      RpcContext context = RpcContext.current();
      seen.set(context.requestMetadata());
      left.set(Duration.ofNanos(context.deadline().remainingNanos()));
      context.addResponseMetadata("x-served-by", "shop");
      return "order " + id;
    }

    @Override
    public Order place(Order order, List<String> notes) throws OutOfStock {
      if (order.item.equals("unicorn")) {
        throw new OutOfStock("no unicorns");
      }
      Order placed = new Order(order.id + 1, order.item);
      placed.notes = new ArrayList<>(notes);
      return placed;
    }

    @Override
    public CompletableFuture<Order> placeLater(Order order) {
      return CompletableFuture.supplyAsync(() -> new Order(order.id + 1, order.item));
    }

    @Override
    public int count() {
      return 7;
    }

    @Override
    public void slow(long millis) throws InterruptedException {
      new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public String failing() {
      throw new IllegalStateException("it broke");
    }

    @Override
    public void audit(String line) {
      audited.countDown();
    }
  }

  @BeforeEach
  void start() {
    server.export(Orders.class, shop, ServiceOptions.DEFAULT);
    server.start();
    client.close();
    client =
        Duomesh.builder()
            .application("front")
            .set("duomesh.client.timeout", "15s")
            .traffic(snapshot(server.port()))
            .build();
    client.start();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private TrafficSnapshot snapshot(int port) {
    RouteConfiguration routes =
        RouteConfiguration.of(
            "routes",
            VirtualHost.of(
                "all",
                List.of("*"),
                Route.of("all", RouteMatch.prefix("/"), RouteAction.Forward.to("orders"))));
    return new TrafficSnapshot(
        "1",
        Map.of("orders", Listener.api("orders", Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("orders", ClusterSpec.of("orders", protocol(), LbPolicy.ROUND_ROBIN)),
        Map.of("orders", ClusterEndpoints.of("orders", List.of(Endpoint.of("127.0.0.1", port)))),
        null);
  }

  private Orders orders() {
    return client.client(Orders.class, "orders");
  }

  @Test
  void argumentsAndResultsTravel() throws Exception {
    Order placed = orders().place(new Order(41, "tea"), List.of("hot", "sweet"));
    assertEquals(42, placed.id);
    assertEquals(List.of("hot", "sweet"), placed.notes);
    assertEquals(7, orders().count());
    assertEquals(6, orders().placeLater(new Order(5, "x")).get(5, TimeUnit.SECONDS).id);
  }

  @Test
  void metadataAndDeadlineReachTheService() {
    Orders hurried =
        client.with(
            orders(),
            CallOptions.DEFAULT
                .withTimeout(Duration.ofSeconds(12))
                .withMetadata("x-user", "alice"));
    assertEquals("order 3", hurried.status(3));
    assertEquals("alice", shop.seen.get().get("x-user"));
    long left = shop.left.get().toMillis();
    assertTrue(left > 4_000 && left <= 12_000, left + " ms left");
  }

  @Test
  void declaredExceptionsArriveAsThemselves() {
    OutOfStock thrown =
        assertThrows(OutOfStock.class, () -> orders().place(new Order(1, "unicorn"), List.of()));
    assertEquals("no unicorns", thrown.getMessage());
  }

  @Test
  void uncheckedExceptionsKeepTheirMessage() {
    RuntimeException thrown = assertThrows(RuntimeException.class, () -> orders().failing());
    assertTrue(String.valueOf(thrown.getMessage()).contains("it broke"), thrown.toString());
  }

  @Test
  void theWaitEndsAtTheDeadline() {
    Orders hurried = client.with(orders(), CallOptions.DEFAULT.withTimeout(Duration.ofMillis(150)));
    RpcException late = assertThrows(RpcException.class, () -> hurried.slow(5000));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, late.status().code());
  }

  @Test
  void oneWayCallsReachTheService() throws Exception {
    orders().audit("line");
    assertTrue(shop.audited.await(5, TimeUnit.SECONDS));
  }

  @Test
  void anUnknownServiceIsUnimplemented() {
    Runnable stranger = client.client(Runnable.class, "orders");
    RpcException unknown = assertThrows(RpcException.class, stranger::run);
    assertEquals(Status.Code.UNIMPLEMENTED, unknown.status().code());
  }

  @Test
  void genericCallsNeedNoClasses() {
    Object status =
        client
            .generic("orders")
            .invoke(
                io.duomesh.ServiceName.of(Orders.class.getName()),
                "status",
                List.of("long"),
                List.of(9L),
                CallOptions.DEFAULT);
    assertEquals("order 9", status);
  }

  @Test
  void aStoppingServerFinishesWhatItHas() throws Exception {
    CompletableFuture<Void> slow =
        CompletableFuture.runAsync(
            () -> {
              try {
                orders().slow(500);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Awaitility.await()
        .until(() -> client.state().clusters().get(0).endpoints().get(0).active() == 1);
    server.stopServer();
    slow.get(5, TimeUnit.SECONDS);
  }
}
