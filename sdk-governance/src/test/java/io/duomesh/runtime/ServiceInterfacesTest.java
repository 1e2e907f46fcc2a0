package io.duomesh.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.LbPolicy;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that a Java interface may be, called over real connections. */
class ServiceInterfacesTest {
  private final List<Duomesh> running = new ArrayList<>();

  /** A value. */
  public record Order(String item, int count) implements Serializable {}

  /** A value without a class of its own in any signature but by type variables. */
  public record Receipt(Order order, List<Order> more) implements Serializable {}

  /** A generic service. */
  public interface Base<T, K> {
    T same(T value);

    List<T> many(List<T> values);

    Map<String, T> byName(K key, T[] values);

    CompletableFuture<T> later(T value);

    <S> S any(S value);
  }

  /** One step between. */
  public interface Middle<V> extends Base<V, String> {}

  /** A second way to the same method. */
  public interface Named {
    String name();
  }

  /** A third. */
  public interface AlsoNamed {
    String name();
  }

  /** The service. */
  public interface Orders extends Middle<Order>, Named, AlsoNamed {
    /** With a bridge: narrower than what it overrides. */
    @Override
    Order same(Order value);

    String join(String separator, String... parts);

    String over(int number);

    String over(long number);

    String over(String text);

    String over(List<String> texts);

    default String twice(String text) {
      return over(text) + over(text) + suffix();
    }

    private String suffix() {
      return "!";
    }

    static String fixed() {
      return "static";
    }

    @Override
    boolean equals(Object other);

    @Override
    int hashCode();

    @Override
    String toString();
  }

  private static final class Shop implements Orders {
    @Override
    public Order same(Order value) {
      return value;
    }

    @Override
    public List<Order> many(List<Order> values) {
      for (Order each : values) { // a cast that fails where elements are maps
        assertTrue(each.count() >= 0);
      }
      return values;
    }

    @Override
    public Map<String, Order> byName(String key, Order[] values) {
      return Map.of(key, values[0]);
    }

    @Override
    public CompletableFuture<Order> later(Order value) {
      return CompletableFuture.completedFuture(new Order(value.item(), value.count() + 1));
    }

    @Override
    public <S> S any(S value) {
      return value;
    }

    @Override
    public String name() {
      return "shop";
    }

    @Override
    public String join(String separator, String... parts) {
      return String.join(separator, parts);
    }

    @Override
    public String over(int number) {
      return "int " + number;
    }

    @Override
    public String over(long number) {
      return "long " + number;
    }

    @Override
    public String over(String text) {
      return "text " + text;
    }

    @Override
    public String over(List<String> texts) {
      return "list " + texts;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public String toString() {
      return "the shop itself";
    }
  }

  @AfterEach
  void close() {
    running.forEach(Duomesh::close);
  }

  private Duomesh client(String protocol, String serialization, int port) {
    ClusterSpec spec =
        ClusterSpec.of("c", protocol, LbPolicy.ROUND_ROBIN).withSerialization(serialization);
    Duomesh client =
        Duomesh.builder()
            .traffic(OneCluster.of("orders", spec, OneCluster.forward(), "127.0.0.1:" + port))
            .set("duomesh.client.timeout", "20s")
            .build();
    running.add(0, client);
    return client.start();
  }

  private Duomesh server() {
    Duomesh server =
        Duomesh.builder()
            .set("duomesh.server.port", "0")
            .set("duomesh.server.address", "127.0.0.1")
            .build();
    running.add(server);
    return server;
  }

  @ParameterizedTest
  @CsvSource({"bolt, hessian2", "bolt, json", "triple, hessian2"})
  void interfaceIsCalledAsItIsDeclared(String protocol, String serialization) throws Exception {
    Duomesh server = server();
    server.export(Orders.class, new Shop(), ServiceOptions.DEFAULT);
    server.start();
    Orders orders = client(protocol, serialization, server.port()).client(Orders.class, "orders");
    Order tea = new Order("tea", 2);
    assertEquals(tea, orders.same(tea));
    Base<Order, String> base = orders;
    assertEquals(tea, base.same(tea)); // by the bridge
    assertEquals(List.of(tea, tea), orders.many(List.of(tea, tea)));
    assertEquals(tea, orders.many(new ArrayList<>(List.of(tea))).get(0));
    assertEquals(Map.of("k", tea), orders.byName("k", new Order[] {tea}));
    assertEquals(new Order("tea", 3), orders.later(tea).get(20, SECONDS));
    assertEquals("x", orders.any("x"));
    assertEquals("shop", orders.name());
    assertEquals("a-b-c", orders.join("-", "a", "b", "c"));
    assertEquals("", orders.join("-"));
    assertEquals("static", Orders.fixed());
    if (serialization.equals("json")) {
      return; // JSON arguments carry no types: methods of one name cannot be told apart
    }
    assertEquals("int 1", orders.over(1));
    assertEquals("long 2", orders.over(2L));
    assertEquals("text 3", orders.over("3"));
    assertEquals("list [4]", orders.over(List.of("4")));
    assertEquals("text atext a!", orders.twice("a"));
  }

  /** A service's own exception. */
  public static final class SoldOut extends Exception {
    private static final long serialVersionUID = 1L;

    public SoldOut(String message) {
      super(message);
    }
  }

  /** Fails later, by what no asynchronous method can declare. */
  public interface Failing {
    CompletableFuture<Order> later(String item);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bolt", "triple"})
  void futureFailsWithTheServicesOwnExceptionThoughUndeclared(String protocol) {
    Duomesh server = server();
    server.export(
        Failing.class,
        item -> CompletableFuture.failedFuture(new SoldOut("no " + item)),
        ServiceOptions.DEFAULT);
    server.start();
    Failing failing = client(protocol, "hessian2", server.port()).client(Failing.class, "orders");
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> failing.later("tea").get(20, SECONDS));
    assertEquals(SoldOut.class, failed.getCause().getClass());
    assertEquals("no tea", failed.getCause().getMessage());
  }

  @Test
  void stubIsAnObjectOfItsOwn() {
    Duomesh client = client("triple", "json", 1);
    Orders orders = client.client(Orders.class, "orders");
    Orders other = client.client(Orders.class, "orders");
    assertTrue(orders.equals(orders));
    assertNotEquals(orders, other);
    assertFalse(orders.equals(null));
    assertEquals(System.identityHashCode(orders), orders.hashCode());
    assertTrue(orders.toString().contains("orders"), orders.toString());
    assertArrayEquals(new Object[] {orders}, List.of(orders).toArray());
  }

  @Test
  void interfaceThatItsModuleHidesIsRefusedWithTheReason() throws Exception {
    Class<?> hidden = Class.forName("jdk.internal.misc.Signal$Handler");
    Object handler =
        Proxy.newProxyInstance(
            hidden.getClassLoader(), new Class<?>[] {hidden}, (self, method, arguments) -> null);
    String refused =
        assertThrows(IllegalArgumentException.class, () -> export(hidden, handler)).getMessage();
    assertTrue(refused.contains("java.base"), refused);
    assertTrue(refused.contains("jdk.internal.misc"), refused);
  }

  @SuppressWarnings("unchecked")
  private <T> void export(Class<T> type, Object implementation) {
    server().export(type, (T) implementation, ServiceOptions.DEFAULT);
  }
}
