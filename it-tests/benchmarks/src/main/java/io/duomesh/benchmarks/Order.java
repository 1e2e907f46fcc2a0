package io.duomesh.benchmarks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;

/** A value as services pass it around: 20 fields, one of them a list of objects. */
@SuppressWarnings("JavaUtilDate") // what such classes have
public final class Order implements Serializable {
  private static final long serialVersionUID = 1L;

  private long id;
  private String number = "";
  private String customer = "";
  private String email = "";
  private String phone = "";
  private String street = "";
  private String city = "";
  private String country = "";
  private String currency = "";
  private double total;
  private double discount;
  private int quantity;
  private int status;
  private long createdAt;
  private Date shipped = new Date(0);
  private boolean paid;
  private boolean gift;
  private String note = "";
  private Integer priority = 0;
  private List<Line> lines = new ArrayList<>();

  /** For serializers. */
  public Order() {}

  static Order sample() {
    Order order = new Order();
    order.id = 8_124_553_000_017L;
    order.number = "2024-06-000017";
    order.customer = "Ada Lovelace";
    order.email = "ada@example.com";
    order.phone = "+44 20 7946 0000";
    order.street = "12 St James's Square";
    order.city = "London";
    order.country = "GB";
    order.currency = "GBP";
    order.total = 1249.95;
    order.discount = 0.125;
    order.quantity = 7;
    order.status = 3;
    order.createdAt = 1_718_000_000_123L;
    order.shipped = new Date(1_718_086_400_000L);
    order.paid = true;
    order.note = "leave with the neighbour";
    order.priority = 2;
    for (int i = 0; i < 4; i++) {
      order.lines.add(new Line("SKU-10" + i, "article number " + i, i + 1, 9.75 * (i + 1)));
    }
    return order;
  }

  private List<Object> fields() {
    return List.of(
        id, number, customer, email, phone, street, city, country, currency, total, discount,
        quantity, status, createdAt, shipped, paid, gift, note, priority, lines);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Order order && fields().equals(order.fields());
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, number);
  }

  /** A line of it. */
  public static final class Line implements Serializable {
    private static final long serialVersionUID = 1L;

    private String sku = "";
    private String title = "";
    private int count;
    private double price;

    /** For serializers. */
    public Line() {}

    Line(String sku, String title, int count, double price) {
      this.sku = sku;
      this.title = title;
      this.count = count;
      this.price = price;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Line line
          && sku.equals(line.sku)
          && title.equals(line.title)
          && count == line.count
          && price == line.price;
    }

    @Override
    public int hashCode() {
      return sku.hashCode();
    }
  }
}
