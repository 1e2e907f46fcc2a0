package io.duomesh;

/**
 * One method of a service, as callers and servers name it. Immutable, compared by identity: make it
 * once per method and keep it, since routes and codecs are cached by it.
 */
public final class MethodDescriptor {
  /** How many messages go each way. */
  public enum Type {
    /** One request, one response. */
    UNARY,
    /** One request, no answer at all. */
    ONE_WAY,
    /** Many requests, one response. */
    CLIENT_STREAMING,
    /** One request, many responses. */
    SERVER_STREAMING,
    /** Many each way. */
    BIDI_STREAMING;

    /** Whether the client sends exactly one message, so that sending it ends its side. */
    public boolean clientSendsOne() {
      return this == UNARY || this == ONE_WAY || this == SERVER_STREAMING;
    }
  }

  private final ServiceName service;
  private final String name;
  private final Type type;
  private final PayloadShape shape;
  private final String path;

  private MethodDescriptor(ServiceName service, String name, Type type, PayloadShape shape) {
    this.service = service;
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.path = "/" + service.interfaceName() + "/" + name;
  }

  /** A descriptor of its own identity. */
  public static MethodDescriptor of(
      ServiceName service, String name, Type type, PayloadShape shape) {
    return new MethodDescriptor(service, name, type, shape);
  }

  /** The service that the method belongs to. */
  public ServiceName service() {
    return service;
  }

  /** The method's name on the wire. */
  public String name() {
    return name;
  }

  /** How many messages go each way. */
  public Type type() {
    return type;
  }

  /** What its messages are made of. */
  public PayloadShape shape() {
    return shape;
  }

  /** {@code /interface/method}: the path that routes match. */
  public String path() {
    return path;
  }

  @Override
  public String toString() {
    return service + "/" + name;
  }
}
