package io.duomesh.examples.shop.api;

/** Takes orders and remembers them. */
public interface OrderService {
  /**
   * The order of a number.
   *
   * @throws UnknownOrderException if there is none
   */
  Order find(String id) throws UnknownOrderException;

  /** Takes an order. */
  Order place(String item, int quantity);
}
