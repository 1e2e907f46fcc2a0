package io.duomesh.interop;

import com.google.protobuf.StringValue;
import java.io.Serializable;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A plain Java interface as Dubbo's users write it, served and called by both sides. */
public interface Desk {
  boolean not(boolean value);

  long sum(byte a, short b, int c, long d, Integer e);

  double half(float value);

  char next(char value);

  byte[] reverse(byte[] bytes);

  String echo(String text);

  void ping();

  String kind(int value);

  String kind(long value);

  String kind(String value);

  String kind(List<String> value);

  Order place(Order order, int count) throws SoldOutException;

  List<Order> all(List<Order> orders);

  Map<String, Order> byItem(Set<Order> orders);

  CompletableFuture<Order> later(Order order);

  StringValue message(StringValue text);

  String fail(String text);

  String slow(long millis) throws InterruptedException;

  /** The value of a metadata entry; it goes back as the entry {@code Answer} too. */
  String attachment(String name);

  Size size(Size size);

  List<Size> sizes(List<Size> sizes);

  LocalDateTime day(LocalDateTime day);

  Spot spot(Spot spot);

  /** What a service does not override. */
  default String motto() {
    return "inherited";
  }

  /** What a service overrides. */
  default String greet(String... names) {
    return "nobody";
  }

  /** A record. */
  record Spot(int x, String name) implements Serializable {}

  /** A value. */
  final class Order implements Serializable {
    private static final long serialVersionUID = 1L;
    private String item = "";
    private int count;
    private Size size = Size.SMALL;
    private Map<String, Long> prices = new HashMap<>();
    private Order follow;

    public Order() {}

    Order(String item) {
      this.item = item;
      prices.put("EUR", 5_000_000_000L);
    }

    String item() {
      return item;
    }

    int count() {
      return count;
    }

    Order follow() {
      return follow;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Order that
          && item.equals(that.item)
          && count == that.count
          && size == that.size
          && prices.equals(that.prices)
          && Objects.equals(follow, that.follow);
    }

    @Override
    public int hashCode() {
      return item.hashCode();
    }

    @Override
    public String toString() {
      return count + " " + size + " " + item + " " + prices + ", then " + follow;
    }
  }

  /** An enum. */
  enum Size {
    SMALL,
    LARGE
  }

  /** A declared exception. */
  final class SoldOutException extends Exception {
    private static final long serialVersionUID = 1L;
    private String item;

    public SoldOutException(String message) {
      super(message);
    }

    SoldOutException(String message, String item) {
      super(message);
      this.item = item;
    }

    String item() {
      return item;
    }
  }

  /** What is served, but for metadata, which each side has its own API for. */
  abstract class Clerk implements Desk {
    @Override
    public boolean not(boolean value) {
      return !value;
    }

    @Override
    public long sum(byte a, short b, int c, long d, Integer e) {
      return a + b + c + d + e;
    }

    @Override
    public double half(float value) {
      return value / 2.0;
    }

    @Override
    public char next(char value) {
      return (char) (value + 1);
    }

    @Override
    public byte[] reverse(byte[] bytes) {
      byte[] reversed = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        reversed[i] = bytes[bytes.length - 1 - i];
      }
      return reversed;
    }

    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public void ping() {}

    @Override
    public Size size(Size size) {
      return size;
    }

    @Override
    public List<Size> sizes(List<Size> sizes) {
      sizes.forEach(Size::ordinal); // a cast that fails where elements are text
      return sizes;
    }

    @Override
    public LocalDateTime day(LocalDateTime day) {
      return day;
    }

    @Override
    public Spot spot(Spot spot) {
      return spot;
    }

    @Override
    public String greet(String... names) {
      return String.join(", ", names);
    }

    @Override
    public String kind(int value) {
      return "int " + value;
    }

    @Override
    public String kind(long value) {
      return "long " + value;
    }

    @Override
    public String kind(String value) {
      return "text " + value;
    }

    @Override
    public String kind(List<String> value) {
      return "list " + value;
    }

    @Override
    public Order place(Order order, int count) throws SoldOutException {
      if (order.item.equals("unicorn")) {
        throw new SoldOutException("no unicorns", order.item);
      }
      order.count = count;
      order.size = Size.LARGE;
      order.follow = new Order("next");
      return order;
    }

    @Override
    public List<Order> all(List<Order> orders) {
      List<Order> placed = new ArrayList<>(orders);
      placed.add(null);
      return placed;
    }

    @Override
    public Map<String, Order> byItem(Set<Order> orders) {
      Map<String, Order> byItem = new LinkedHashMap<>();
      orders.forEach(order -> byItem.put(order.item, order));
      return byItem;
    }

    @Override
    public CompletableFuture<Order> later(Order order) {
      return CompletableFuture.supplyAsync(
          () -> {
            order.count++;
            return order;
          });
    }

    @Override
    public StringValue message(StringValue text) {
      return StringValue.of("re: " + text.getValue());
    }

    @Override
    public String fail(String text) {
      throw new IllegalStateException(text);
    }

    @Override
    public String slow(long millis) throws InterruptedException {
      new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      return "slept";
    }
  }
}
