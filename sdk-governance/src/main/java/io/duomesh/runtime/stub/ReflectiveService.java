package io.duomesh.runtime.stub;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcContext;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Serves the calls of a Java interface by an object that implements it. */
public final class ReflectiveService implements ServerHandler {
  private final Method method;
  private final Object implementation;
  private final boolean message;

  private ReflectiveService(Method method, Object implementation, boolean message) {
    this.method = method;
    this.implementation = implementation;
    this.message = message;
  }

  /**
   * The service that an object offers under an interface.
   *
   * @throws IllegalArgumentException if the type cannot be served
   */
  public static <T> ServiceDefinition of(Class<T> type, T implementation, ServiceOptions options) {
    List<ServiceDefinition.ServerMethod> methods = new ArrayList<>();
    InterfaceMethods.of(type, options.serviceName(type.getName()))
        .forEach(
            (method, descriptor) -> {
              open(method);
              methods.add(
                  new ServiceDefinition.ServerMethod(
                      descriptor,
                      new ReflectiveService(
                          method,
                          implementation,
                          descriptor.shape() instanceof PayloadShape.Message)));
            });
    return new ServiceDefinition(
        options.serviceName(type.getName()), methods, options.executor(), options.timeout());
  }

  /** Interfaces are often not public. */
  private static void open(Method method) {
    try {
      method.setAccessible(true);
    } catch (InaccessibleObjectException e) {
      Class<?> type = method.getDeclaringClass();
      throw new IllegalArgumentException(
          "service type: "
              + type.getName()
              + " cannot be called: its module "
              + type.getModule().getName()
              + " does not open the package "
              + type.getPackageName()
              + " (expected: a public interface in an exported package, or opens in the module)",
          e);
    }
  }

  @Override
  public ServerCall.Listener start(ServerCall call) {
    return new Request(this, call);
  }

  /** One call: waits for its request, and runs the method with the call's context current. */
  private static final class Request implements ServerCall.Listener, Runnable {
    private final ReflectiveService service;
    private final ServerCall call;
    private final RpcContext context;
    private @Nullable Object request;

    Request(ReflectiveService service, ServerCall call) {
      this.service = service;
      this.call = call;
      this.context = RpcContext.of(call);
    }

    @Override
    public void onMessage(@Nullable Object message) {
      request = message;
      context.run(this);
    }

    @Override
    public void run() {
      Object given = request;
      request = null; // a handler may take long to answer
      Object result;
      try {
        result = service.invoke(given);
      } catch (InvocationTargetException e) {
        fail(call, context, e.getCause() == null ? e : e.getCause());
        return;
      } catch (IllegalArgumentException e) { // before the method began
        call.close(service.misfit(given), context.responseMetadata());
        return;
      } catch (IllegalAccessException e) {
        fail(call, context, e);
        return;
      }
      if (result instanceof CompletableFuture<?> future
          && future.isDone()
          && !future.isCompletedExceptionally()) {
        reply(call, context, future.join());
      } else if (result instanceof CompletionStage<?> stage) {
        stage.whenComplete(this::replyLater);
      } else {
        reply(call, context, result);
      }
    }

    private void replyLater(@Nullable Object value, @Nullable Throwable thrown) {
      if (thrown != null) {
        fail(call, context, unwrap(thrown));
        return;
      }
      try {
        reply(call, context, value);
      } catch (RuntimeException | Error e) { // a stage keeps what is thrown here
        fail(call, context, e);
      }
    }
  }

  private @Nullable Object invoke(@Nullable Object request)
      throws InvocationTargetException, IllegalAccessException {
    return message
        ? method.invoke(implementation, request)
        : method.invoke(implementation, (Object[]) request);
  }

  /** Arguments that the method does not take, from callers that do not know its types. */
  private Status misfit(@Nullable Object request) {
    Class<?>[] expected = method.getParameterTypes();
    String got = "";
    if (request instanceof Object[] arguments && arguments.length == expected.length) {
      for (int i = 0; i < expected.length; i++) {
        Object argument = arguments[i];
        if (argument == null ? expected[i].isPrimitive() : !fits(argument, expected[i])) {
          got =
              ": argument " + (i + 1) + " is " + (argument == null ? "null" : argument.getClass());
          break;
        }
      }
    }
    return Status.remote(
        Status.Code.INVALID_ARGUMENT,
        "the arguments do not fit" + got + " (expected: " + method.toGenericString() + ")");
  }

  private static boolean fits(Object argument, Class<?> parameter) {
    return MethodType.methodType(parameter).wrap().returnType().isInstance(argument);
  }

  private static void reply(ServerCall call, RpcContext context, @Nullable Object result) {
    if (call.method().type() != MethodDescriptor.Type.ONE_WAY) {
      call.send(result);
    }
    call.close(Status.OK, context.responseMetadata());
  }

  private static void fail(ServerCall call, RpcContext context, Throwable thrown) {
    Metadata trailers = context.responseMetadata();
    if (thrown instanceof RpcException e) {
      call.close(e.status(), trailers.plus(e.trailers()));
    } else if (thrown instanceof CancellationException) { // not the caller's future's
      call.close(
          Status.remote(
              Status.Code.CANCELLED, call.method() + ": the service cancelled its result"),
          trailers);
    } else {
      call.close(Status.application(thrown), trailers);
    }
  }

  private static Throwable unwrap(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }
}
