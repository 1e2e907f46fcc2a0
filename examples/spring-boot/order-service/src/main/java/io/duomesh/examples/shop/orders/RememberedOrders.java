package io.duomesh.examples.shop.orders;

import io.duomesh.examples.shop.api.Order;
import io.duomesh.examples.shop.api.OrderService;
import io.duomesh.examples.shop.api.UnknownOrderException;
import io.duomesh.spring.RpcService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Value;

/** Orders in memory. */
@RpcService
class RememberedOrders implements OrderService {
  private final Map<String, Order> orders = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();
  private final String instance;

  RememberedOrders(@Value("${spring.application.name}") String instance) {
    this.instance = instance;
    place("tea", 2);
  }

  @Override
  public Order find(String id) throws UnknownOrderException {
    Order order = orders.get(id);
    if (order == null) {
      throw new UnknownOrderException("no order " + id);
    }
    return order;
  }

  @Override
  public final Order place(String item, int quantity) {
    Order order = new Order(String.valueOf(last.incrementAndGet()), item, quantity, instance);
    orders.put(order.id(), order);
    return order;
  }
}
