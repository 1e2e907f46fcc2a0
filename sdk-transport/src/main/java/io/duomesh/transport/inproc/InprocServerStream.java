package io.duomesh.transport.inproc;

import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.ServiceLimit;
import io.duomesh.transport.netty.DeadlineWheel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server's side of an in-process call. */
final class InprocServerStream implements ServerStream, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(InprocServerStream.class);

  private final InprocConnection connection;
  private final InprocClientStream client;
  private final Invocation invocation;
  private final InprocMessage request;
  private final Metadata metadata;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ServiceLimit limit;
  private int timeout = DeadlineWheel.NONE; // the loop's
  private @Nullable Listener listener;
  private @Nullable Object message;
  private volatile @Nullable ServerMethod method;
  private volatile boolean cancelled;
  private Metadata headers = Metadata.EMPTY;

  InprocServerStream(
      InprocConnection connection,
      InprocClientStream client,
      Invocation invocation,
      InprocMessage request) {
    this.connection = connection;
    this.client = client;
    this.invocation = invocation;
    this.request = request;
    this.metadata = InprocMessage.userMetadata(invocation.metadata());
  }

  /** Announces the call and delivers its request. On the loop. */
  void begin(ServerTransport.Listener to) {
    try {
      to.onStream(this);
      Listener accepted = listener;
      if (accepted != null) {
        accepted.onMessage(new Request());
        accepted.onHalfClose();
      }
    } catch (RuntimeException e) {
      LOG.error("call of {} failed", invocation, e);
      close(Status.remote(Code.INTERNAL, e.toString()), Metadata.EMPTY);
    }
  }

  /** Nobody waits any more. On the loop. */
  void cancelled() {
    if (cancelled || closed.get()) {
      return;
    }
    cancelled = true;
    Listener accepted = listener;
    if (accepted != null) {
      try {
        accepted.onCancel();
      } catch (RuntimeException e) {
        LOG.error("cancelling {} failed", invocation, e);
      }
    }
  }

  /** The service's own limit is up. */
  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    ServiceLimit own = limit;
    if (own != null) {
      cancelled();
      close(own.passed(invocation.method().toString()), Metadata.EMPTY);
    }
  }

  @Override
  public ServiceName service() {
    return invocation.method().service();
  }

  @Override
  public String methodName() {
    return invocation.method().name();
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public Deadline deadline() {
    ServiceLimit own = limit;
    return own == null ? callersDeadline() : own.deadline();
  }

  private Deadline callersDeadline() {
    return isOneWay() ? Deadline.NONE : invocation.deadline();
  }

  @Override
  public boolean isOneWay() {
    return invocation.method().type() == MethodDescriptor.Type.ONE_WAY;
  }

  @Override
  public @Nullable SocketAddress peer() {
    return null;
  }

  @Override
  public String protocol() {
    return "inproc";
  }

  @Override
  public void accept(ServiceDefinition newService, Listener newListener) {
    listener = newListener;
    ServiceLimit own = ServiceLimit.before(callersDeadline(), newService);
    if (own != null) {
      limit = own;
      timeout = connection.wheel().add(own.deadline().nanoTime(), this);
    }
    method =
        newService.method(
            methodName(),
            invocation.method().shape() instanceof PayloadShape.Arguments arguments
                ? arguments.parameterTypeNames()
                : null);
  }

  @Override
  public @Nullable ServerMethod method() {
    return method;
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata newHeaders) {
    headers = headers.plus(newHeaders);
  }

  @Override
  public void send(@Nullable Object newMessage) {
    message = newMessage;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Metadata user = InprocMessage.userMetadata(headers.plus(trailers));
    Status end = status;
    InprocMessage answer = null;
    try {
      ServerMethod found = method;
      if (status.isOk() && found != null) {
        answer = InprocMessage.result(found.descriptor(), message, connection.options());
      } else if (status.origin() == Status.Origin.APPLICATION && status.cause() != null) {
        answer = InprocMessage.exception(status.cause(), connection.options());
        end = Status.OK;
      } else {
        end = status.withOrigin(Status.Origin.REMOTE).withCause(null);
      }
    } catch (IOException | RuntimeException | Error e) { // a value's own code may throw anything
      end =
          status.isOk()
              ? Status.remote(
                  e instanceof InprocMessage.TooLargeException
                      ? Code.RESOURCE_EXHAUSTED
                      : Code.INTERNAL,
                  "response of "
                      + methodName()
                      + " cannot be serialized: "
                      + (e instanceof Error ? e : e.getMessage()))
              : status.withCause(null);
    }
    Payload payload = answer == null ? null : new Response(answer);
    Status result = end;
    connection.onLoop(() -> answer(payload, result, user));
  }

  private void answer(@Nullable Payload payload, Status status, Metadata trailers) {
    if (timeout != DeadlineWheel.NONE) {
      connection.wheel().cancel(timeout);
      timeout = DeadlineWheel.NONE;
    }
    if (!isOneWay()) {
      client.answered(payload, status, trailers);
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public boolean isReady() {
    return !cancelled && !closed.get();
  }

  private final class Request implements Payload {
    @Override
    public @Nullable Object read() {
      ServerMethod found = method;
      if (found == null) {
        throw new RpcException(
            Status.remote(
                Code.UNIMPLEMENTED, "service " + service() + " has no method " + methodName()));
      }
      try {
        return request.readRequest(found.descriptor(), connection.options());
      } catch (IOException | RuntimeException e) {
        throw new RpcException(
            Status.remote(
                    Code.INVALID_ARGUMENT,
                    "request to " + invocation.method() + " cannot be read: " + e.getMessage())
                .withCause(e));
      }
    }

    @Override
    public void discard() {}
  }

  private final class Response implements Payload {
    private final InprocMessage answer;

    Response(InprocMessage answer) {
      this.answer = answer;
    }

    @Override
    public @Nullable Object read() {
      try {
        return answer.readResponse(invocation.method(), connection.options());
      } catch (IOException e) {
        throw new RpcException(
            Status.transport(
                Code.INTERNAL,
                "response of " + invocation.method() + " cannot be read: " + e.getMessage()));
      }
    }

    @Override
    public void discard() {}
  }
}
