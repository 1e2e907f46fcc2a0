package io.duomesh.cli;

import io.duomesh.RpcContext;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A service as a peer has it; the tool under test knows nothing of its classes. */
public interface Orders {
  /** Overloaded, so that its types decide. */
  String echo(String text);

  String echo(long number);

  Order place(Order order, int count, List<String> notes) throws SoldOutException;

  long sum(int a, long b, Integer c);

  double total(List<Order> orders);

  /** A parameter of each kind; answers with what came. */
  List<Object> mirror(
      int[] numbers,
      Order[] orders,
      Date when,
      BigDecimal amount,
      byte[] bytes,
      Size size,
      Map<String, Order> byName,
      Set<Long> set);

  String slow(long millis) throws InterruptedException;

  String header(String name);

  /** A value. */
  final class Order implements Serializable {
    private static final long serialVersionUID = 1L;
    String item = "";
    int count;
    Size size;
    List<String> notes = new ArrayList<>();
    Order follow;

    public Order() {}
  }

  /** An enum. */
  enum Size {
    SMALL,
    LARGE
  }

  /** A declared exception. */
  final class SoldOutException extends Exception {
    private static final long serialVersionUID = 1L;
    String item;

    public SoldOutException(String message) {
      super(message);
    }
  }

  /** What peers serve. */
  final class Shop implements Orders {
    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public String echo(long number) {
      return "number " + number;
    }

    @Override
    public Order place(Order order, int count, List<String> notes) throws SoldOutException {
      if (order.item.equals("unicorn")) {
        SoldOutException thrown = new SoldOutException("no unicorns");
        thrown.item = order.item;
        throw thrown;
      }
      order.count = count;
      order.notes = new ArrayList<>(notes);
      order.follow = new Order();
      order.follow.item = "next";
      return order;
    }

    @Override
    public long sum(int a, long b, Integer c) {
      return a + b + c;
    }

    @Override
    public double total(List<Order> orders) {
      return orders.stream().mapToInt(order -> order.count).sum() + 0.5;
    }

    @Override
    public List<Object> mirror(
        int[] numbers,
        Order[] orders,
        Date when,
        BigDecimal amount,
        byte[] bytes,
        Size size,
        Map<String, Order> byName,
        Set<Long> set) {
      List<Object> all = new ArrayList<>();
      all.add(numbers);
      all.add(orders[0].item);
      all.add(when);
      all.add(amount);
      all.add(bytes);
      all.add(size.name());
      all.add(byName.get("a").item);
      all.add(set.contains(7L));
      return all;
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
}
