package io.duomesh.runtime.server;

import io.duomesh.Channel;
import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.DirectChannel;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call being served: between the stream on its event loop and the handler on its executor. The
 * body is decoded after the hop. Where the client sends one message, the call is its own and only
 * task; the events of a stream are tasks that follow each other.
 */
@SuppressWarnings("ReferenceEquality") // tasks are known by identity
final class ServedCall implements ServerCall, ServerStream.Listener, Runnable {
  private static final Logger log = LoggerFactory.getLogger(ServedCall.class);
  private static final AtomicIntegerFieldUpdater<ServedCall> PHASE =
      AtomicIntegerFieldUpdater.newUpdater(ServedCall.class, "phase");
  private static final AtomicIntegerFieldUpdater<ServedCall> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(ServedCall.class, "ended");
  private static final AtomicReferenceFieldUpdater<ServedCall, @Nullable Payload> REQUEST =
      AtomicReferenceFieldUpdater.newUpdater(ServedCall.class, Payload.class, "request");
  private static final int SERVING = 0;
  private static final int SERVED = 1;
  private static final int LEFT = 2;

  private final ServerStream stream;
  private final ServiceDefinition service;
  private final Dispatcher dispatcher;

  /** Null where the call is one request and one response. The event loop's. */
  private @Nullable SerialTasks events;

  /** A single request, until its task takes it. */
  private volatile @Nullable Payload request;

  private volatile @Nullable Listener handler;
  private volatile boolean dropped;

  /**
   * Of a single request: whether its task runs, has run, or was left by the caller while it ran.
   */
  @SuppressWarnings("UnusedVariable") // read by PHASE
  private volatile int phase;

  @SuppressWarnings("UnusedVariable") // read by ENDED
  private volatile int ended;

  ServedCall(ServerStream stream, ServiceDefinition service, Dispatcher dispatcher) {
    this.stream = stream;
    this.service = service;
    this.dispatcher = dispatcher;
  }

  // ---- from the connection, on its event loop

  /** The stream took the call. Handlers of many messages start now: they ask for the first. */
  void taken() {
    ServiceDefinition.ServerMethod method = stream.method();
    if (method == null) {
      return;
    }
    switch (method.descriptor().type()) {
      case UNARY, ONE_WAY -> {}
      case SERVER_STREAMING -> events = new SerialTasks(dispatcher.executor(service));
      case CLIENT_STREAMING, BIDI_STREAMING -> {
        events = new SerialTasks(dispatcher.executor(service));
        submit(this::open);
      }
    }
  }

  @Override
  public void onMessage(Payload payload) {
    if (events == null && request == null) {
      request = payload;
      submit(this);
    } else {
      submit(new Request(payload));
    }
  }

  @Override
  public void onHalfClose() {
    if (events != null) { // a single request is known to be the last
      submit(() -> tell(Listener::onHalfClose));
    }
  }

  @Override
  public void onReady() {
    if (events != null) {
      submit(() -> tell(Listener::onReady));
    }
  }

  @Override
  public void onCancel() {
    dropped = true;
    end();
    if (events == null && PHASE.compareAndSet(this, SERVING, LEFT)) {
      return; // the task tells the handler, if it starts one
    }
    submit(this::left);
  }

  /** To the executor; where no thread is free, the call ends and its tasks see that. */
  private void submit(Runnable task) {
    SerialTasks serial = events;
    try {
      (serial == null ? dispatcher.executor(service) : serial).execute(task);
    } catch (RuntimeException | Error e) { // full, or not what an executor should be
      if (hasRun(task)) {
        log.debug("{}: the executor ran the call, and failed then", stream.service(), e);
        return;
      }
      boolean first = !dropped;
      dropped = true;
      (serial == null ? task : serial).run(); // frees what they hold
      close(refused(e), Metadata.EMPTY);
      if (first) {
        left();
      }
    }
  }

  /** A stream whose handler is at work already is not one that nobody has seen. */
  private Status refused(Throwable thrown) {
    Status why =
        thrown instanceof RejectedExecutionException full
            ? Dispatcher.busy(stream, full)
            : Status.remote(
                    Status.Code.INTERNAL,
                    stream.service() + ": the service's executor failed: " + thrown)
                .withCause(thrown);
    return why.withUnprocessed(handler == null);
  }

  private boolean hasRun(Runnable task) {
    return task == this ? request == null : task instanceof Request one && one.get();
  }

  /** Serves a single request; the executor may run it and throw, or run it twice. */
  @Override
  public void run() {
    Payload single = REQUEST.getAndSet(this, null);
    if (single != null) {
      serve(single);
    }
  }

  /** One request of many on its way to the executor, which may treat it likewise. */
  private final class Request extends AtomicBoolean implements Runnable {
    private static final long serialVersionUID = 1L;

    private final transient Payload payload;

    Request(Payload payload) {
      this.payload = payload;
    }

    @Override
    public void run() {
      if (compareAndSet(false, true)) {
        serve(payload);
      }
    }
  }

  // ---- on the executor

  private void serve(Payload payload) {
    if (dropped) {
      payload.discard();
      return;
    }
    if (stream.deadline().isExpired()) {
      payload.discard();
      close(
          Status.remote(
              Status.Code.DEADLINE_EXCEEDED,
              stream.service()
                  + ": the deadline passed while the call waited for a thread"
                  + (service.timeout() == null
                      ? ""
                      : "; the service's own limit is " + service.timeout().toMillis() + " ms")),
          Metadata.EMPTY);
      return;
    }
    Object message;
    try {
      message = payload.read();
    } catch (RpcException e) {
      fail(e.status(), e.trailers());
      return;
    } catch (Throwable e) { // nested too deep, a class that does not load, …
      fail(
          Status.remote(
              Status.Code.INVALID_ARGUMENT,
              "request to " + stream.service() + " cannot be read: " + e),
          Metadata.EMPTY);
      return;
    }
    open();
    hand(message);
    if (events == null) {
      tell(Listener::onHalfClose);
      if (!PHASE.compareAndSet(this, SERVING, SERVED)) {
        left();
      }
    }
  }

  private void open() {
    if (handler != null || dropped) {
      return;
    }
    try {
      handler = start();
    } catch (Throwable e) { // also what nobody declares
      fail(e);
    }
  }

  private void hand(@Nullable Object message) {
    Listener current = handler;
    if (current == null || dropped) {
      return;
    }
    try {
      current.onMessage(message);
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void tell(Consumer<Listener> event) {
    Listener current = handler;
    if (current == null || dropped) {
      return;
    }
    try {
      event.accept(current);
    } catch (Throwable e) {
      fail(e);
    }
  }

  /** The caller is gone. */
  private void left() {
    Listener current = handler;
    if (current != null) {
      try {
        current.onCancel();
      } catch (Throwable e) {
        log.warn("{}: the handler failed when its caller left", stream.service(), e);
      }
    }
  }

  private void fail(Throwable thrown) {
    fail(Status.of(thrown), thrown instanceof RpcException e ? e.trailers() : Metadata.EMPTY);
  }

  private void fail(Status status, Metadata trailers) {
    dropped = true;
    close(status, trailers);
  }

  private Listener start() {
    ServiceDefinition.ServerMethod method = found();
    Listener listener = method.handler().start(this);
    if (listener == null) {
      throw new RpcException(
          Status.remote(
              Status.Code.INTERNAL,
              method.descriptor() + ": its handler returned null (expected: a listener)"));
    }
    return listener;
  }

  private ServiceDefinition.ServerMethod found() {
    ServiceDefinition.ServerMethod method = stream.method();
    if (method == null) {
      throw new IllegalStateException(
          stream.service() + ": the transport read a request without finding its method");
    }
    return method;
  }

  // ---- for the handler

  @Override
  public MethodDescriptor method() {
    return found().descriptor();
  }

  @Override
  public Metadata metadata() {
    return stream.metadata();
  }

  @Override
  public Deadline deadline() {
    return stream.deadline();
  }

  @Override
  public @Nullable SocketAddress peer() {
    return stream.peer();
  }

  @Override
  public @Nullable Channel caller() {
    ClientTransport back = stream.caller();
    return back == null ? null : DirectChannel.over(back);
  }

  @Override
  public String protocol() {
    return stream.protocol();
  }

  @Override
  public void request(int messages) {
    stream.request(messages);
  }

  @Override
  public void sendHeaders(Metadata headers) {
    stream.sendHeaders(headers);
  }

  @Override
  public void send(@Nullable Object message) {
    stream.send(message);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (end()) {
      stream.close(status, trailers);
    }
  }

  @Override
  public boolean isCancelled() {
    return stream.isCancelled();
  }

  @Override
  public boolean isReady() {
    return stream.isReady();
  }

  private boolean end() {
    boolean first = ENDED.compareAndSet(this, 0, 1);
    if (first) {
      dispatcher.callEnded();
    }
    return first;
  }
}
