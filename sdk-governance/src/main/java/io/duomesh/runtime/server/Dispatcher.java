package io.duomesh.runtime.server;

import io.duomesh.Metadata;
import io.duomesh.ServerInterceptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import io.duomesh.runtime.interceptor.InterceptedHandler;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Receives the calls of a server: finds the service, applies the inbound policy, and hands the call
 * to the service's executor, which is the one hop. What it looks at is immutable and swapped whole.
 */
public final class Dispatcher implements ServerTransport.Listener {
  private final Executor executor;
  private final List<ServerInterceptor> interceptors;
  private final AtomicInteger active = new AtomicInteger();
  private volatile Services services = Services.NONE;
  private volatile InboundGate gate = InboundGate.OPEN;

  /**
   * A dispatcher without services.
   *
   * @param executor where services run that name none
   * @param interceptors around every call, outermost first
   */
  public Dispatcher(Executor executor, List<ServerInterceptor> interceptors) {
    this.executor = executor;
    this.interceptors = List.copyOf(interceptors);
  }

  /** The services offered. */
  public Services services() {
    return services;
  }

  /**
   * Offers one more service.
   *
   * @throws IllegalArgumentException if its name is taken
   */
  public synchronized void add(ServiceDefinition service) {
    services = services.with(intercepted(service));
  }

  private ServiceDefinition intercepted(ServiceDefinition service) {
    return new ServiceDefinition(
        service.name(),
        service.methods().stream()
            .map(
                method ->
                    new ServiceDefinition.ServerMethod(
                        method.descriptor(), InterceptedHandler.of(interceptors, method.handler())))
            .toList(),
        service.executor(),
        service.timeout());
  }

  /** Replaces the inbound policy for calls that come from now on. */
  public void install(InboundGate newGate) {
    gate = newGate;
  }

  /** Calls that have not ended. */
  public int active() {
    return active.get();
  }

  /** Where the calls of a service run. */
  Executor executor(ServiceDefinition service) {
    Executor own = service.executor();
    return own == null ? executor : own;
  }

  /** A call has ended; said once for each. */
  void callEnded() {
    active.decrementAndGet();
  }

  @Override
  public void onStream(ServerStream stream) {
    ServiceDefinition service =
        services.find(stream.service(), stream.methodName(), stream.isOneWay());
    if (service == null) {
      stream.close(unknownService(stream), Metadata.EMPTY);
      return;
    }
    if (stream.deadline().isExpired()) {
      stream.close(
          Status.remote(
              Status.Code.DEADLINE_EXCEEDED,
              stream.service() + ": the deadline had passed when the call arrived"),
          Metadata.EMPTY);
      return;
    }
    InboundGate.Verdict verdict = verdict(stream, service);
    if (verdict != null) {
      Status refusal = verdict.refusal();
      if (refusal != null) {
        // a limit is meant for the caller: it is not to be tried again unasked, whatever it speaks
        stream.close(refusal.withUnprocessed(false), verdict.headers());
        return;
      }
      stream.sendHeaders(verdict.headers());
    }
    active.incrementAndGet();
    ServedCall call = new ServedCall(stream, service, this);
    stream.accept(service, call);
    call.taken();
  }

  private InboundGate.@Nullable Verdict verdict(ServerStream stream, ServiceDefinition service) {
    try {
      return gate.admit(stream, service);
    } catch (RuntimeException | Error e) { // of a filter that was plugged in
      return new InboundGate.Verdict(
          Status.remote(
              Status.Code.INTERNAL, stream.service() + ": an inbound filter failed: " + e),
          Metadata.EMPTY);
    }
  }

  private Status unknownService(ServerStream stream) {
    return Status.remote(
            Status.Code.UNIMPLEMENTED,
            "service " + stream.service() + " is not offered here; offered: " + services.names())
        .withUnprocessed(true);
  }

  /** What a full executor answers. */
  static Status busy(ServerStream stream, RejectedExecutionException reason) {
    return Status.remote(
            Status.Code.RESOURCE_EXHAUSTED,
            stream.service()
                + ": the server is busy, no thread is free for the call"
                + " (duomesh.server.threads and .queue bound them)")
        .withCause(reason);
  }
}
