package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The way over from SOFARPC, step by step, as docs/migration-from-sofarpc.md tells it: the same
 * interfaces and classes, one service at a time, either side first.
 */
@Timeout(120)
class SofaMigrationTest {
  /** One service of the application. */
  public interface Orders {
    Order place(Order order) throws UnknownItemException;
  }

  /** Another, which moves later. */
  public interface Stock {
    int left(String item);
  }

  /** What both sides have in a jar of their own. */
  public static class Order {
    private String item;
    private int count;
    private final List<Order> parts = new ArrayList<>();

    public Order() {}

    Order(String item, int count) {
      this.item = item;
      this.count = count;
    }
  }

  /** The same. */
  public static class UnknownItemException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnknownItemException(String message) {
      super(message);
    }
  }

  /** The implementation: one bean, whoever offers it. */
  private static final class Shop implements Orders, Stock {
    final AtomicInteger placed = new AtomicInteger();

    @Override
    public Order place(Order order) throws UnknownItemException {
      if (order.item.equals("unicorn")) {
        throw new UnknownItemException("no unicorns");
      }
      placed.incrementAndGet();
      Order answer = new Order(order.item, order.count + 1);
      answer.parts.add(new Order("box", 1));
      return answer;
    }

    @Override
    public int left(String item) {
      return item.length();
    }
  }

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  private final Shop shop = new Shop();
  private final AtomicInteger servedByUs = new AtomicInteger();

  private int theirs() {
    return PEERS.theirServer(
        SofaPeers.provider(Orders.class, shop), SofaPeers.provider(Stock.class, shop));
  }

  private Duomesh ours() {
    return PEERS.ourServer(
        settings ->
            settings.serverInterceptor(
                (call, next) -> {
                  servedByUs.incrementAndGet();
                  return next.start(call);
                }),
        server -> {
          server.export(Orders.class, shop, ServiceOptions.DEFAULT);
          server.export(Stock.class, shop, ServiceOptions.DEFAULT);
        });
  }

  private static void assertWorks(Orders orders) throws Exception {
    Order answer = orders.place(new Order("tea", 2));
    assertEquals("tea", answer.item);
    assertEquals(3, answer.count);
    assertEquals("box", answer.parts.get(0).item);
    UnknownItemException thrown =
        assertThrows(UnknownItemException.class, () -> orders.place(new Order("unicorn", 1)));
    assertEquals("no unicorns", thrown.getMessage());
  }

  @Test
  void providerFirst() throws Exception {
    int theirs = theirs();
    int ours = ours().port(); // the same process and bean, a second port
    Orders consumer =
        PEERS
            .theirClient(Orders.class, theirs)
            .setDirectUrl("bolt://127.0.0.1:" + theirs + ";bolt://127.0.0.1:" + ours)
            .refer();
    for (int i = 0;
        i < 200 && (servedByUs.get() == 0 || shop.placed.get() == servedByUs.get());
        i++) {
      consumer.place(new Order("tea", i));
    }
    assertTrue(servedByUs.get() > 0, "the new port is called");
    assertTrue(shop.placed.get() > servedByUs.get(), "the old one is called as well");
    assertWorks(consumer);
    assertWorks(PEERS.theirClient(Orders.class, ours).refer()); // the old port is closed at last
  }

  @Test
  void consumerFirstAndOneServiceAtATime() throws Exception {
    int theirs = theirs();
    Orders moved = PEERS.ourClient(theirs).client(Orders.class, SofaPeers.TARGET);
    Stock notYet = PEERS.theirClient(Stock.class, theirs).refer();
    assertWorks(moved);
    assertEquals(3, notYet.left("tea"));
    Stock thenThat = PEERS.ourClient(theirs).client(Stock.class, SofaPeers.TARGET);
    assertEquals(3, thenThat.left("tea"));
    assertEquals(0, servedByUs.get());
  }

  @Test
  void lastOfAllTheProtocol() throws Exception {
    int port = ours().port();
    for (String protocol : List.of("bolt", "triple")) {
      Duomesh client =
          Duomesh.builder()
              .set("duomesh.client.protocol", protocol)
              .set("duomesh.client.timeout", "30s")
              .build();
      PEERS.closeLater(client::close);
      assertWorks(client.start().client(Orders.class, "static://127.0.0.1:" + port));
    }
  }
}
