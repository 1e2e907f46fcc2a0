package io.duomesh.examples.shop.front;

import io.duomesh.RpcException;
import io.duomesh.examples.shop.api.Order;
import io.duomesh.examples.shop.api.OrderService;
import io.duomesh.examples.shop.api.UnknownOrderException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Orders over REST. */
@RestController
@RequestMapping("/orders")
class OrderController {
  private final OrderService orders;

  OrderController(OrderService orders) {
    this.orders = orders;
  }

  @GetMapping("/{id}")
  Order find(@PathVariable("id") String id) throws UnknownOrderException {
    return orders.find(id);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Order place(@RequestBody Wish wish) {
    if (wish.item() == null || wish.item().isBlank() || wish.quantity() < 1) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "expected: an item, and a quantity of 1 or more");
    }
    return orders.place(wish.item(), wish.quantity());
  }

  /** The service's own exception arrives as itself. */
  @ExceptionHandler
  ProblemDetail unknown(UnknownOrderException e) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, e.getMessage());
  }

  /** Everything that kept a call from the service says what happened and where. */
  @ExceptionHandler
  ProblemDetail failed(RpcException e) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, e.getMessage());
  }

  record Wish(String item, int quantity) {}
}
