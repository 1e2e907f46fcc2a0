package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.hessian.generic.model.GenericObject;
import com.alipay.sofa.rpc.api.GenericContext;
import com.alipay.sofa.rpc.api.GenericService;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import io.duomesh.CallOptions;
import io.duomesh.GenericClient;
import io.duomesh.RpcException;
import io.duomesh.ServiceName;
import io.duomesh.ServiceOptions;
import io.duomesh.Status.Code;
import io.duomesh.Status.Origin;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Generic invocation: callers without the classes of what they call. */
@Timeout(120)
class SofaGenericTest {
  /** What is called. */
  public interface Shop {
    Order place(Order order, int count);

    List<Order> all(String item, Order[] more);

    Color mix(Color one, Color other);

    Map<String, Order> byName(Map<String, Order> orders) throws SoldOut;

    String name();

    void forget(String item);
  }

  /** A value. */
  @SuppressWarnings("UnusedVariable") // fields are read by whoever serializes it
  public static final class Order {
    private String item;
    private int count;
    private BigDecimal price;
    private Color color;
    private Order next;
    private List<Order> parts = new ArrayList<>();
    private Map<String, Object> extra = new LinkedHashMap<>();

    public Order() {}

    Order(String item) {
      this.item = item;
    }
  }

  /** A constant. */
  public enum Color {
    RED,
    GREEN
  }

  /** An exception. */
  public static final class SoldOut extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("UnusedVariable") // read by whoever serializes it
    private final String item;

    public SoldOut(String message) {
      super(message);
      this.item = "unicorn";
    }
  }

  private static final class Corner implements Shop {
    @Override
    public Order place(Order order, int count) {
      order.count = count;
      order.price = new BigDecimal("1.50");
      order.color = Color.GREEN;
      order.next = new Order("next");
      order.parts.add(new Order("part"));
      order.extra.put("inner", new Order("extra"));
      return order;
    }

    @Override
    public List<Order> all(String item, Order[] more) {
      List<Order> all = new ArrayList<>(Arrays.asList(more));
      all.add(new Order(item));
      return all;
    }

    @Override
    public Color mix(Color one, Color other) {
      return one == other ? one : null;
    }

    @Override
    public Map<String, Order> byName(Map<String, Order> orders) throws SoldOut {
      if (orders.isEmpty()) {
        throw new SoldOut("nothing is left");
      }
      return orders;
    }

    @Override
    public String name() {
      return "corner";
    }

    @Override
    public void forget(String item) {}
  }

  private static final String ORDER = Order.class.getName();
  private static final String COLOR = Color.class.getName();

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  private static int ourServer() {
    return PEERS.ourServer(s -> s.export(Shop.class, new Corner(), ServiceOptions.DEFAULT)).port();
  }

  private static int theirServer() {
    return PEERS.theirServer(SofaPeers.provider(Shop.class, new Corner()));
  }

  // ---- their generic client, our server

  private static GenericService theirClient(int port) {
    return PEERS
        .theirClient(GenericService.class, port)
        .setInterfaceId(Shop.class.getName())
        .setGeneric(true)
        .refer();
  }

  private static GenericObject order(String item) {
    GenericObject order = new GenericObject(ORDER);
    order.putField("item", item);
    return order;
  }

  @Test
  void theirGenericObjectsAreOurObjects() {
    GenericService shop = theirClient(ourServer());
    GenericObject placed =
        (GenericObject)
            shop.$genericInvoke(
                "place", new String[] {ORDER, "int"}, new Object[] {order("tea"), 3});
    assertEquals(ORDER, placed.getType());
    assertEquals("tea", placed.getField("item"));
    assertEquals(3, placed.getField("count"));
    assertEquals("next", ((GenericObject) placed.getField("next")).getField("item"));
  }

  @Test
  void theirGenericCallMayWantAnObject() {
    GenericService shop = theirClient(ourServer());
    Order placed =
        shop.$genericInvoke(
            "place", new String[] {ORDER, "int"}, new Object[] {order("tea"), 3}, Order.class);
    assertEquals("tea", placed.item);
    assertEquals(new BigDecimal("1.50"), placed.price);
    assertEquals("part", placed.parts.get(0).item);
  }

  @Test
  void theirGenericCallMayHaveAContext() {
    GenericService shop = theirClient(ourServer());
    GenericContext context = new GenericContext();
    context.setClientTimeout(10_000);
    Object placed =
        shop.$genericInvoke(
            "place", new String[] {ORDER, "int"}, new Object[] {order("tea"), 3}, context);
    assertEquals("tea", ((GenericObject) placed).getField("item"));
    assertEquals(
        "tea",
        shop.$genericInvoke(
                "place",
                new String[] {ORDER, "int"},
                new Object[] {order("tea"), 3},
                Order.class,
                context)
            .item);
  }

  @Test
  void theirPlainInvokeTakesAndGivesObjects() {
    GenericService shop = theirClient(ourServer());
    Order placed =
        (Order)
            shop.$invoke("place", new String[] {ORDER, "int"}, new Object[] {new Order("tea"), 2});
    assertEquals(2, placed.count);
    assertEquals("corner", shop.$invoke("name", new String[0], new Object[0]));
  }

  @Test
  void theirGenericArraysListsAndEnumsAreOurs() {
    GenericService shop = theirClient(ourServer());
    GenericObject red = new GenericObject(COLOR);
    red.putField("name", "RED");
    GenericObject mixed =
        (GenericObject)
            shop.$genericInvoke("mix", new String[] {COLOR, COLOR}, new Object[] {red, red});
    assertEquals("RED", mixed.getField("name"));
    Map<?, ?> named =
        (Map<?, ?>)
            shop.$genericInvoke(
                "byName", new String[] {"java.util.Map"}, new Object[] {Map.of("a", order("x"))});
    assertEquals("x", ((GenericObject) named.get("a")).getField("item"));
  }

  @Test
  void theirGenericCallGetsTheExceptionThatTheirServerWouldGive() {
    for (int port : new int[] {theirServer(), ourServer()}) {
      GenericService shop = theirClient(port);
      // their client does not throw it: an exception is an object like any other to it
      GenericObject thrown =
          (GenericObject)
              shop.$genericInvoke(
                  "byName", new String[] {"java.util.Map"}, new Object[] {Map.of()});
      assertEquals(SoldOut.class.getName(), thrown.getType());
      assertEquals("nothing is left", thrown.getField("detailMessage"));
      assertEquals("unicorn", thrown.getField("item"));
      SofaRpcException unknown =
          assertThrows(
              SofaRpcException.class,
              () -> shop.$genericInvoke("absent", new String[0], new Object[0]));
      assertTrue(unknown.getMessage().contains("RPC-020100011"), unknown::getMessage);
    }
  }

  // ---- our generic client, servers of both

  private static GenericClient ourClient(int port) {
    return PEERS.ourClient(port).generic(SofaPeers.TARGET);
  }

  private static Object call(
      GenericClient client, String method, List<String> types, List<Object> arguments) {
    return client.invoke(
        ServiceName.of(Shop.class.getName()), method, types, arguments, CallOptions.DEFAULT);
  }

  private static Map<String, Object> orderMap(String item) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("class", ORDER);
    order.put("item", item);
    return order;
  }

  private static Object field(Object object, String name) {
    return assertInstanceOf(Map.class, object).get(name);
  }

  @Test
  void ourMapsAreTheirObjectsAndOurs() throws Exception {
    for (int port : new int[] {theirServer(), ourServer()}) {
      GenericClient client = ourClient(port);
      Object placed = call(client, "place", List.of(ORDER, "int"), List.of(orderMap("tea"), 2));
      assertEquals(ORDER, field(placed, "class"));
      assertEquals("tea", field(placed, "item"));
      assertEquals(2, field(placed, "count"));
      assertEquals(new BigDecimal("1.50"), field(placed, "price"));
      assertEquals("next", field(field(placed, "next"), "item"));
      assertEquals(ORDER, field(field(placed, "next"), "class"));
      assertEquals("part", field(((List<?>) field(placed, "parts")).get(0), "item"));
      assertEquals("extra", field(field(field(placed, "extra"), "inner"), "item"));
      assertEquals(COLOR, field(field(placed, "color"), "class"));
      assertEquals("GREEN", field(field(placed, "color"), "name"));
      assertEquals("corner", call(client, "name", List.of(), List.of()));
      assertNull(call(client, "forget", List.of("java.lang.String"), List.of("x")));
      Object async =
          client
              .invokeAsync(
                  ServiceName.of(Shop.class.getName()),
                  "name",
                  List.of(),
                  List.of(),
                  CallOptions.DEFAULT)
              .get(30, TimeUnit.SECONDS);
      assertEquals("corner", async);
    }
  }

  @Test
  void whatCameGenericallyMayBeSentBack() {
    for (int port : new int[] {theirServer(), ourServer()}) {
      GenericClient client = ourClient(port);
      Object placed = call(client, "place", List.of(ORDER, "int"), List.of(orderMap("tea"), 2));
      Object again = call(client, "place", List.of(ORDER, "int"), List.of(placed, 3));
      assertEquals("tea", field(again, "item"));
      assertEquals(3, field(again, "count"));
      assertEquals(2, ((List<?>) field(again, "parts")).size());
    }
  }

  @Test
  void ourMapsMayBeInArraysListsAndMaps() {
    for (int port : new int[] {theirServer(), ourServer()}) {
      GenericClient client = ourClient(port);
      Object all =
          call(
              client,
              "all",
              List.of("java.lang.String", "[L" + ORDER + ";"),
              List.of("tea", List.of(orderMap("a"), orderMap("b"))));
      assertEquals(3, ((List<?>) all).size());
      assertEquals("b", field(((List<?>) all).get(1), "item"));
      Object named =
          call(client, "byName", List.of("java.util.Map"), List.of(Map.of("k", orderMap("v"))));
      assertEquals("v", field(field(named, "k"), "item"));
      Map<String, Object> red = Map.of("class", COLOR, "name", "RED");
      Object mixed = call(client, "mix", List.of(COLOR, COLOR), List.of(red, red));
      assertEquals("RED", field(mixed, "name"));
    }
  }

  @Test
  void ourGenericCallGetsTheirExceptionAndOurs() {
    for (int port : new int[] {theirServer(), ourServer()}) {
      GenericClient client = ourClient(port);
      RpcException thrown =
          assertThrows(
              RpcException.class,
              () -> call(client, "byName", List.of("java.util.Map"), List.of(Map.of())));
      assertEquals(Origin.APPLICATION, thrown.status().origin());
      assertEquals(SoldOut.class.getName(), thrown.remoteType());
      assertEquals("unicorn", thrown.remoteFields().get("item"));
      assertTrue(thrown.getMessage().contains("nothing is left"), thrown::getMessage);
      RpcException unknown =
          assertThrows(RpcException.class, () -> call(client, "absent", List.of(), List.of()));
      assertEquals(Code.UNIMPLEMENTED, unknown.status().code());
    }
  }
}
