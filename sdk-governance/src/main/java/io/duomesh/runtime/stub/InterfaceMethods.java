package io.duomesh.runtime.stub;

import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcMethod;
import io.duomesh.ServiceName;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Java interface as a service: the same reading for clients and servers, so that both sides
 * of one interface always agree. Default methods are methods like all others, as for SOFARPC and
 * Dubbo: an implementation may override them.
 */
final class InterfaceMethods {
  private static final @Nullable Class<?> PROTOBUF_MESSAGE = protobufMessage();

  /** Dubbo's and gRPC's, by name: neither is on the class path of those who do not use it. */
  private static final Set<String> STREAM_OBSERVERS =
      Set.of("org.apache.dubbo.common.stream.StreamObserver", "io.grpc.stub.StreamObserver");

  private InterfaceMethods() {}

  /**
   * The callable methods of an interface with their descriptors.
   *
   * @throws IllegalArgumentException if the type is no interface, or a method cannot be called
   */
  static Map<Method, MethodDescriptor> of(Class<?> type, ServiceName service) {
    if (!type.isInterface()) {
      throw new IllegalArgumentException(
          "service type: " + type.getName() + " (expected: an interface)");
    }
    TypeArguments types = TypeArguments.of(type);
    Map<Method, MethodDescriptor> methods = new LinkedHashMap<>();
    for (Method method : type.getMethods()) {
      // a bridge calls the method that it stands for
      if (!Modifier.isStatic(method.getModifiers()) && !method.isBridge() && !isObjects(method)) {
        methods.put(method, describe(method, types, service));
      }
    }
    return methods;
  }

  /**
   * Whether every object has it: an interface may declare {@code equals} for its Javadoc's sake.
   */
  private static boolean isObjects(Method method) {
    try {
      Object.class.getMethod(method.getName(), method.getParameterTypes());
      return true;
    } catch (NoSuchMethodException e) {
      return false; // as nearly all
    }
  }

  private static MethodDescriptor describe(
      Method method, TypeArguments types, ServiceName service) {
    RpcMethod says = method.getAnnotation(RpcMethod.class);
    String name = says == null || says.name().isEmpty() ? method.getName() : says.name();
    refuseStreams(method);
    boolean oneWay = says != null && says.oneWay();
    if (oneWay && method.getReturnType() != void.class) {
      throw new IllegalArgumentException(
          method + ": a one-way method returns nothing (expected: void)");
    }
    MethodDescriptor.Type type =
        oneWay ? MethodDescriptor.Type.ONE_WAY : MethodDescriptor.Type.UNARY;
    return MethodDescriptor.of(service, name, type, shape(method, types));
  }

  private static void refuseStreams(Method method) {
    boolean streams = STREAM_OBSERVERS.contains(method.getReturnType().getName());
    for (Class<?> parameter : method.getParameterTypes()) {
      streams |= STREAM_OBSERVERS.contains(parameter.getName());
    }
    if (streams) {
      throw new IllegalArgumentException(
          method
              + ": a StreamObserver is not called through an interface (expected: one request and"
              + " one result; for streams a MethodDescriptor, with Duomesh.channel or"
              + " Duomesh.export(ServiceDefinition))");
    }
  }

  /** Types as the interface binds them; names as the method is found by: erased, as on the wire. */
  private static PayloadShape shape(Method method, TypeArguments types) {
    List<Type> parameters =
        Arrays.stream(method.getGenericParameterTypes()).map(types::resolve).toList();
    Type result = types.resolve(resultType(method));
    if (parameters.size() == 1
        && parameters.get(0) instanceof Class<?> request
        && isMessage(request)
        && result instanceof Class<?> response
        && isMessage(response)) {
      return new PayloadShape.Message(request, response);
    }
    List<String> names = new ArrayList<>(parameters.size());
    for (Class<?> parameter : method.getParameterTypes()) {
      names.add(parameter.getName());
    }
    return new PayloadShape.Arguments(
        parameters, names, result, Arrays.asList(method.getExceptionTypes()));
  }

  /** The result itself, without the stage that an asynchronous method wraps it in. */
  private static Type resultType(Method method) {
    if (!isAsync(method)) {
      return method.getGenericReturnType();
    }
    return method.getGenericReturnType() instanceof ParameterizedType stage
        ? stage.getActualTypeArguments()[0]
        : Object.class;
  }

  static boolean isAsync(Method method) {
    Class<?> type = method.getReturnType();
    return type == CompletableFuture.class || type == CompletionStage.class;
  }

  private static boolean isMessage(Class<?> type) {
    return PROTOBUF_MESSAGE != null && PROTOBUF_MESSAGE.isAssignableFrom(type);
  }

  /** Protobuf's message type where the application has protobuf at all. */
  private static @Nullable Class<?> protobufMessage() {
    try {
      return Class.forName(
          "com.google.protobuf.MessageLite", false, InterfaceMethods.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return null;
    }
  }
}
