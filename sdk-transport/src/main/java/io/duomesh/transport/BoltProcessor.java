package io.duomesh.transport;

import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceName;

/**
 * Descriptors of what plain SOFABolt serves and calls: a {@code UserProcessor} is found by the
 * class name of its requests, so that the class is the service and has one method. A client calls
 * such a method, a server offers it in a {@code ServiceDefinition} of the same service name. Only
 * over Bolt.
 */
public final class BoltProcessor {
  /** The name of a processor's one method, as routes see it. */
  public static final String METHOD = "handleRequest";

  private BoltProcessor() {}

  /** A processor of objects in SOFA-Hessian: codec 1, no header. */
  public static MethodDescriptor of(Class<?> requestType, Class<?> responseType) {
    return MethodDescriptor.of(
        ServiceName.of(requestType.getName()),
        METHOD,
        Type.UNARY,
        new PayloadShape.Message(requestType, responseType));
  }

  /** A processor of objects in SOFA-Hessian that answers nothing. */
  public static MethodDescriptor oneWay(Class<?> requestType) {
    return MethodDescriptor.of(
        ServiceName.of(requestType.getName()),
        METHOD,
        Type.ONE_WAY,
        new PayloadShape.Message(requestType, Object.class));
  }

  /** A processor of requests of a class name whose bytes are left alone. */
  public static MethodDescriptor of(String className) {
    return forwarded(ServiceName.of(className), METHOD, Type.UNARY);
  }

  /**
   * Any method on Bolt, SOFARPC's too, whose messages are {@link BoltMessage}s: they go and come as
   * they are. Names are for routes alone; the message's header says what is called.
   */
  public static MethodDescriptor forwarded(ServiceName service, String method, Type type) {
    return MethodDescriptor.of(
        service, method, type, new PayloadShape.Message(BoltMessage.class, BoltMessage.class));
  }
}
