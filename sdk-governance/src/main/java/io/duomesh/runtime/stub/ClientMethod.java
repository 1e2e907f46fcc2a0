package io.duomesh.runtime.stub;

import io.duomesh.CallOptions;
import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcContext;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.transport.NonBlocking;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One method of a client: makes the call and gives its outcome the form that callers expect. */
final class ClientMethod {
  private final MethodDescriptor descriptor;
  private final @Nullable Duration timeout;
  private final boolean async;
  private final boolean message;
  private final boolean primitiveResult;
  private final List<Class<?>> declaredExceptions;

  private ClientMethod(MethodDescriptor descriptor, @Nullable Duration timeout, boolean async) {
    this.descriptor = descriptor;
    this.timeout = timeout;
    this.async = async;
    this.message = descriptor.shape() instanceof PayloadShape.Message;
    if (descriptor.shape() instanceof PayloadShape.Arguments arguments) {
      this.declaredExceptions = arguments.exceptionTypes();
      this.primitiveResult =
          arguments.resultType() instanceof Class<?> c && c.isPrimitive() && c != void.class;
    } else {
      this.declaredExceptions = List.of();
      this.primitiveResult = false;
    }
  }

  static ClientMethod of(MethodDescriptor descriptor, @Nullable Duration timeout, boolean async) {
    return new ClientMethod(descriptor, timeout, async);
  }

  /** Makes a call. */
  @Nullable Object invoke(CallTerms terms, @Nullable Object[] arguments) throws Throwable {
    Object request = message ? arguments[0] : arguments;
    if (request == null) {
      RpcException missing =
          new RpcException(
              Status.local(
                  Status.Code.INVALID_ARGUMENT,
                  descriptor + ": the message is null (expected: one)"));
      if (async) {
        return CompletableFuture.failedFuture(missing);
      }
      throw missing;
    }
    Deadline deadline = deadline(terms);
    if (descriptor.type() == MethodDescriptor.Type.ONE_WAY) {
      send(terms, terms.options(), deadline, request, OneWayListener.INSTANCE);
      return null;
    }
    if (async) {
      FutureResult result = new FutureResult();
      result.bind(send(terms, terms.asynchronous(), deadline, request, result));
      return result;
    }
    if (NonBlocking.here()) {
      throw new RpcException(waitsForItself());
    }
    BlockingResult result = new BlockingResult(descriptor, deadline);
    ClientCall call = send(terms, terms.options().withExecutor(result), deadline, request, result);
    return result.await(call, declaredExceptions, primitiveResult);
  }

  /** A thread that must not wait is refused before anything is sent: it might wait for itself. */
  private Status waitsForItself() {
    return Status.local(
        Status.Code.FAILED_PRECONDITION,
        descriptor
            + ": a blocking call on thread "
            + Thread.currentThread().getName()
            + ", which serves connections and would wait for itself; call a method that returns a"
            + " CompletionStage, or run this code on an executor (ServiceOptions.withExecutor,"
            + " CallOptions.withExecutor) other than Runnable::run");
  }

  private ClientCall send(
      CallTerms terms,
      CallOptions options,
      Deadline deadline,
      Object request,
      ClientCall.Listener listener) {
    TargetedChannel channel = terms.channel();
    ClientCall call =
        channel.newCall(
            Invocation.of(descriptor, channel.authority(), options.metadata(), options, deadline));
    call.start(listener);
    call.send(request);
    return call;
  }

  /** Call, method, interface, settings, in this order; never later than the call being served. */
  private Deadline deadline(CallTerms terms) {
    Duration time = terms.timeout();
    if (time == null) {
      time = timeout != null ? timeout : terms.defaults().timeout();
    }
    Deadline own = time.isZero() ? Deadline.NONE : Deadline.after(time);
    RpcContext serving = RpcContext.currentOrNull();
    return serving == null ? own : own.min(serving.deadline());
  }
}
