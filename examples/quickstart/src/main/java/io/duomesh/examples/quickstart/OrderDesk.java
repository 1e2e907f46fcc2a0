package io.duomesh.examples.quickstart;

import io.duomesh.RpcContext;

/**
 * An implementation of the service.
 *
 * @param port the instance's port
 */
record OrderDesk(int port) implements OrderService {
  @Override
  public Receipt place(String item, int quantity) {
    return receipt(quantity + " x " + item);
  }

  @Override
  public Receipt reserve(String item) {
    return receipt(item);
  }

  private Receipt receipt(String item) {
    return new Receipt(item, port, RpcContext.current().protocol());
  }
}
