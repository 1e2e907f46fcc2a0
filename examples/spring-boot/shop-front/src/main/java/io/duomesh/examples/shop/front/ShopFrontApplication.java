package io.duomesh.examples.shop.front;

import io.duomesh.examples.shop.api.OrderService;
import io.duomesh.spring.ImportRpcClients;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Answers REST requests by calls of the order service. */
@SpringBootApplication
@ImportRpcClients(target = "${shop.orders}", types = OrderService.class)
public class ShopFrontApplication {
  public static void main(String[] args) {
    SpringApplication.run(ShopFrontApplication.class, args);
  }
}
