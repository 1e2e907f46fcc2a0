package io.duomesh.examples.quickstart;

/** The service: one plain Java interface, whatever protocol carries its calls. */
public interface OrderService {
  /** Orders something. */
  Receipt place(String item, int quantity);

  /** Puts something aside; mesh.yaml limits how often. */
  Receipt reserve(String item);
}
