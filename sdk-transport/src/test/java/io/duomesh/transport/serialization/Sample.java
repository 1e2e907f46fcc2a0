package io.duomesh.transport.serialization;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Classes of every shape that a service may have in its signatures. */
final class Sample {
  private Sample() {}

  enum Size {
    SMALL,
    LARGE {
      @Override
      boolean isLarge() {
        return true;
      }
    };

    boolean isLarge() {
      return false;
    }
  }

  static class Base implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    protected long id;
    protected transient int notSent = 3;
  }

  static class Order extends Base {
    @Serial private static final long serialVersionUID = 1L;
    String customer;
    short quantity;
    byte flag;
    double price;
    boolean paid;
    char grade = 'a';
    Short boxedQuantity;
    Float boxedWeight;
    List<Long> ids = new ArrayList<>();
    Map<String, Line> lines = new HashMap<>();
    Size size;
    int[] numbers;
    Object anything;

    static Order of(long id) {
      Order order = new Order();
      order.id = id;
      order.customer = "Grüße, 客户 😀";
      order.quantity = -300;
      order.flag = -7;
      order.price = 99.99;
      order.paid = true;
      order.grade = 'é';
      order.boxedQuantity = 12;
      order.boxedWeight = -2.5f;
      order.ids.add(5L);
      order.ids.add(1L << 40);
      order.lines.put("a", new Line("p", 1));
      order.lines.put("b", new Line("q", 1 << 20));
      order.size = Size.LARGE;
      order.numbers = new int[] {1, -1, 70_000, Integer.MIN_VALUE};
      return order;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Order other
          && id == other.id
          && Objects.equals(customer, other.customer)
          && quantity == other.quantity
          && flag == other.flag
          && price == other.price
          && paid == other.paid
          && grade == other.grade
          && Objects.equals(boxedQuantity, other.boxedQuantity)
          && Objects.equals(boxedWeight, other.boxedWeight)
          && ids.equals(other.ids)
          && lines.equals(other.lines)
          && size == other.size
          && java.util.Arrays.equals(numbers, other.numbers)
          && Objects.equals(anything, other.anything);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id);
    }

    @Override
    public String toString() {
      return "%d %s %d %d %s %s %s %s %s %s %s %s %s"
          .formatted(
              id,
              customer,
              quantity,
              flag,
              price,
              paid,
              grade,
              boxedQuantity,
              boxedWeight,
              ids,
              lines.keySet(),
              size,
              anything);
    }
  }

  static class Line implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    String product;
    int count;

    Line() {}

    Line(String product, int count) {
      this.product = product;
      this.count = count;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Line other
          && Objects.equals(product, other.product)
          && count == other.count;
    }

    @Override
    public int hashCode() {
      return Objects.hash(product, count);
    }
  }

  static class Node implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    String name;
    Node next;
    List<Node> all;
  }

  record Point(int x, short y, String label, List<Point> more) implements Serializable {}

  static class NoDefault implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    final int value;

    NoDefault(int value) {
      this.value = value;
    }
  }

  static class BizException extends Exception {
    @Serial private static final long serialVersionUID = 1L;
    String code;
    Line line;

    BizException(String message, String code) {
      super(message);
      this.code = code;
    }

    BizException(String message) {
      super(message);
    }
  }

  /** Takes a message, and its cause later. */
  public static class NotedException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    public NotedException(String message) {
      super(message);
    }
  }

  static class SilentException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;
    final int number;

    SilentException(int number, String text) {
      super("silent " + text);
      this.number = number;
    }
  }
}
