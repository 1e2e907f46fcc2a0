package io.duomesh.runtime.server;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.RpcException;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServerInterceptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call being served: between the stream on its event loop and the handler on its executor. The
 * body is decoded after the hop. Where the client sends one message, that is one task in all.
 */
final class ServedCall implements ServerCall, ServerStream.Listener {
  private static final Logger log = LoggerFactory.getLogger(ServedCall.class);

  private final ServerStream stream;
  private final Executor executor;
  private final List<ServerInterceptor> interceptors;
  private final Runnable onEnd;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Listener handler;
  private volatile boolean dropped;

  ServedCall(
      ServerStream stream,
      Executor executor,
      List<ServerInterceptor> interceptors,
      Runnable onEnd) {
    this.stream = stream;
    this.executor = executor;
    this.interceptors = interceptors;
    this.onEnd = onEnd;
  }

  // ---- from the connection, on its event loop

  @Override
  public void onMessage(Payload payload) {
    if (dropped) {
      payload.discard();
      return;
    }
    try {
      executor.execute(() -> serve(payload));
    } catch (RejectedExecutionException e) {
      dropped = true;
      payload.discard();
      close(Dispatcher.busy(stream, e), Metadata.EMPTY);
    }
  }

  @Override
  public void onHalfClose() {
    later(Listener::onHalfClose);
  }

  @Override
  public void onCancel() {
    dropped = true;
    end();
    later(Listener::onCancel);
  }

  @Override
  public void onReady() {
    later(Listener::onReady);
  }

  private void later(java.util.function.Consumer<Listener> event) {
    if (handler == null) {
      return; // the handler of a single request has not started: it will see isCancelled()
    }
    try {
      executor.execute(
          () -> {
            Listener current = handler;
            if (current != null) {
              event.accept(current);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("{}: an event of the call found no free thread", stream.service());
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
              stream.service() + ": the deadline passed while the call waited for a thread"),
          Metadata.EMPTY);
      return;
    }
    Object message;
    try {
      message = payload.read();
    } catch (RpcException e) {
      close(e.status(), e.trailers());
      return;
    }
    try {
      Listener current = handler;
      if (current == null) {
        current = start();
        handler = current;
      }
      current.onMessage(message);
    } catch (RuntimeException | Error e) {
      close(Status.of(e), e instanceof RpcException rpc ? rpc.trailers() : Metadata.EMPTY);
      if (e instanceof Error error) {
        throw error;
      }
    }
  }

  private Listener start() {
    ServiceDefinition.ServerMethod method = found();
    ServerHandler chain = method.handler();
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      ServerInterceptor interceptor = interceptors.get(i);
      ServerHandler next = chain;
      chain = call -> interceptor.intercept(call, next);
    }
    return chain.start(this);
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
    boolean first = ended.compareAndSet(false, true);
    if (first) {
      onEnd.run();
    }
    return first;
  }
}
