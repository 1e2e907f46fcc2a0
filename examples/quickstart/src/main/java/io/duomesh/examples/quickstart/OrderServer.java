package io.duomesh.examples.quickstart;

import io.duomesh.Duomesh;
import io.duomesh.ServiceOptions;

/** A running instance: a runtime of its own with one port, which takes Bolt and Triple. */
final class OrderServer implements AutoCloseable {
  private final Instance instance;
  private final Duomesh duomesh;

  private OrderServer(Instance instance, Duomesh duomesh) {
    this.instance = instance;
    this.duomesh = duomesh;
  }

  static OrderServer start(Instance instance) {
    Duomesh duomesh =
        Duomesh.builder()
            .application("orders")
            .set("duomesh.server.address", instance.host())
            .set("duomesh.server.port", String.valueOf(instance.port()))
            .build();
    duomesh.export(OrderService.class, new OrderDesk(instance.port()), ServiceOptions.DEFAULT);
    return new OrderServer(instance, duomesh.start());
  }

  Instance instance() {
    return instance;
  }

  /** Lets the calls in progress finish, then stops. */
  @Override
  public void close() {
    duomesh.close();
  }
}
