package io.duomesh.examples.shop.api;

/** There is no order of that number. */
public class UnknownOrderException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnknownOrderException(String message) {
    super(message);
  }
}
