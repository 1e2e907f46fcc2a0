package io.duomesh.transport.triple;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServiceLimit;
import io.duomesh.transport.netty.DeadlineWheel;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One inbound call: its head, its acceptance, and its end, once, by whatever ends it first. What
 * comes in is {@link ServerRequest}'s concern, what goes out {@link ServerResponse}'s. Messages are
 * encoded by the sender; the call begins and ends on the loop.
 */
final class TripleServerStream implements ServerStream, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(TripleServerStream.class);

  private final TripleServerHandler handler;
  private final Http2Stream stream;
  private final RequestHead head;
  private final ServerResponse response;
  private volatile boolean cancelled;
  private volatile @Nullable ServiceLimit limit;

  // the loop's
  private @Nullable ServerRequest request; // null until it is accepted
  private int timeout = DeadlineWheel.NONE;
  private boolean over;

  TripleServerStream(TripleServerHandler handler, Http2Stream stream, RequestHead head) {
    this.handler = handler;
    this.stream = stream;
    this.head = head;
    this.response = new ServerResponse(handler, this);
  }

  @Override
  public ServiceName service() {
    return head.service();
  }

  @Override
  public String methodName() {
    return head.methodName();
  }

  @Override
  public Metadata metadata() {
    return head.metadata();
  }

  @Override
  public Deadline deadline() {
    ServiceLimit own = limit;
    return own == null ? head.deadline() : own.deadline();
  }

  @Override
  public boolean isOneWay() {
    ServiceDefinition.ServerMethod known = method();
    return known != null && known.descriptor().type() == Type.ONE_WAY;
  }

  @Override
  public @Nullable SocketAddress peer() {
    return handler.channel().remoteAddress();
  }

  @Override
  public String protocol() {
    return "triple";
  }

  @Override
  public ServiceDefinition.@Nullable ServerMethod method() {
    ServerCodec known = response.codec();
    return known == null ? null : known.method();
  }

  // Taking the call, on the loop.

  @Override
  public void accept(ServiceDefinition service, Listener listener) {
    ServerCodec found;
    try {
      found = handler.codecs().of(service, head.methodName());
    } catch (GrpcFrameException e) {
      close(e.status(), Metadata.EMPTY);
      listener.onCancel();
      return;
    }
    Listener receiver = listener;
    if (found == EchoServerCodec.INSTANCE) {
      listener.onCancel(); // answered here, nothing comes for it
      receiver = new EchoServerCodec.Answer(this);
    }
    ServiceDefinition.ServerMethod method = found.method();
    // only unary methods are overloaded
    Type type = method != null ? method.descriptor().type() : Type.UNARY;
    response.accept(found, type);
    request = new ServerRequest(this, receiver, found, type.clientSendsOne(), handler);
    limit = ServiceLimit.before(head.deadline(), service);
    Deadline deadline = deadline();
    if (!deadline.isNone()) {
      timeout = handler.wheel().add(deadline.nanoTime(), this);
    }
  }

  /** Whether the call is taken: accepted, or on its way to its end. */
  boolean isTaken() {
    return request != null || response.isClosing();
  }

  // Answering, on any thread.

  @Override
  public void request(int count) {
    if (response.codec() != null) {
      handler
          .queue()
          .add(
              new Action(
                  () -> {
                    if (request != null) {
                      request.request(count);
                    }
                  }));
    }
  }

  @Override
  public void sendHeaders(Metadata metadata) {
    response.sendHeaders(metadata);
  }

  @Override
  public void send(@Nullable Object message) {
    response.send(message);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    response.close(status, trailers);
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public boolean isReady() {
    return !cancelled && response.isReady();
  }

  @Override
  public String toString() {
    return head.service() + "/" + head.methodName();
  }

  // The loop.

  RequestHead head() {
    return head;
  }

  Http2Stream stream() {
    return stream;
  }

  ServerResponse response() {
    return response;
  }

  /** Takes DATA; returns how many bytes flow control may return at once. */
  int data(ByteBuf data) {
    return request == null ? data.readableBytes() : request.data(data);
  }

  void halfClose() {
    if (request != null) {
      request.halfClose();
    }
  }

  void ready() {
    if (request != null && !over) {
      request.ready();
    }
  }

  /**
   * The caller's deadline, or the service's own; an answer that it does not read by then is
   * dropped.
   */
  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    if (over) {
      handler.reset(stream, Http2Error.CANCEL);
    } else {
      ServiceLimit own = limit;
      end(
          own != null
              ? own.passed(toString())
              : Status.remote(
                  Status.Code.DEADLINE_EXCEEDED, this + ": not done within the caller's deadline"));
    }
    handler.channel().flush(); // a timer's work, outside of reads and writes
  }

  /** Ends the call for a reason of this side, and tells who serves it. */
  void end(Status why) {
    if (!over) {
      cancelled = true;
      leave();
      response.abort(why);
      if (request != null) {
        request.cancelled();
      }
    }
  }

  /** Ends the call by a reset, which drops what waits to be sent, and tells who serves it. */
  void reset(Http2Error error) {
    if (!over) {
      LOG.debug("{}: reset, {}", this, error);
      gone();
      handler.reset(stream, error);
      handler.channel().flush();
    }
  }

  void listenerFailed(RuntimeException e) {
    LOG.warn("{}: listener failed", this, e);
    end(Status.remote(Status.Code.INTERNAL, "server failed: " + e));
  }

  /** The stream is closed below, or the caller reset it. */
  void gone() {
    if (timeout != DeadlineWheel.NONE) {
      handler.wheel().cancel(timeout);
      timeout = DeadlineWheel.NONE;
    }
    if (!over) {
      cancelled = true;
      leave();
      if (request != null) {
        request.cancelled();
      }
    }
  }

  boolean isOver() {
    return over;
  }

  /** Nothing comes or goes any more but what is written already. */
  void leave() {
    over = true;
    response.leave();
    if (request != null) {
      request.close();
    }
  }
}
