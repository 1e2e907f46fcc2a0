package io.duomesh.transport.bolt;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.RpcException;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.Payload;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.ServiceLimit;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One inbound Bolt call: its own payload, and its own command in the connection's write queue. The
 * answer is encoded by the thread that closes.
 */
final class BoltServerStream extends WriteQueue.Command
    implements ServerStream, Payload, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(BoltServerStream.class);
  private static final VarHandle CLOSED;

  static {
    try {
      CLOSED =
          MethodHandles.lookup().findVarHandle(BoltServerStream.class, "closed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final InboundCalls calls;
  private final Channel channel;
  private final BoltFrame frame;
  private final RequestHead head;
  private final Deadline callersDeadline;
  private volatile @Nullable ServiceLimit limit;
  private @Nullable ServiceDefinition definition;
  private @Nullable Listener listener;
  private ContentCodec hessian;
  private volatile @Nullable ServerMethod method;
  private volatile Metadata contentMetadata = Metadata.EMPTY; // once read
  private Metadata headers = Metadata.EMPTY;
  private @Nullable Object message;
  private @Nullable ByteBuf reply;
  private volatile boolean closed;
  private volatile boolean cancelled;
  private int timeout = DeadlineWheel.NONE; // the loop's, as the place
  private int place;

  BoltServerStream(InboundCalls calls, Channel channel, BoltFrame frame, RequestHead head) {
    this.calls = calls;
    this.channel = channel;
    this.frame = frame;
    this.head = head;
    this.hessian = Contents.errors(head.isPlain());
    int timeout = frame.timeoutOrStatus();
    this.callersDeadline =
        timeout > 0 && !isOneWay()
            ? Deadline.afterNanos(TimeUnit.MILLISECONDS.toNanos(timeout))
            : Deadline.NONE;
  }

  @Override
  public ServiceName service() {
    return head.service();
  }

  @Override
  public @Nullable String methodName() {
    return head.method();
  }

  @Override
  public Metadata metadata() {
    Metadata inHead = head.metadata();
    return inHead.isEmpty() ? contentMetadata : inHead;
  }

  @Override
  public Deadline deadline() {
    ServiceLimit own = limit;
    return own == null ? callersDeadline : own.deadline();
  }

  @Override
  public boolean isOneWay() {
    return frame.type() == BoltFrame.ONE_WAY;
  }

  @Override
  public @Nullable SocketAddress peer() {
    return channel.remoteAddress();
  }

  @Override
  public ClientTransport caller() {
    return calls.back();
  }

  @Override
  public String protocol() {
    return "bolt";
  }

  @Override
  public void accept(ServiceDefinition service, Listener newListener) {
    definition = service;
    limit = ServiceLimit.before(callersDeadline, service);
    hessian = calls.hessian(service);
    listener = newListener;
    method = head.onlyMethod(service);
  }

  /** Hands the request to who accepted the call; frees it if nobody did. On the loop. */
  void deliver() {
    Listener accepted = listener;
    if (accepted == null) {
      discard();
      if (!closed) {
        close(Status.remote(Code.INTERNAL, "the call was not taken"), Metadata.EMPTY);
      }
      return;
    }
    try {
      accepted.onMessage(this);
      accepted.onHalfClose();
    } catch (RuntimeException e) {
      LOG.error("call of {} failed", head.serviceText(), e);
      close(Status.remote(Code.INTERNAL, e.toString()), Metadata.EMPTY);
    }
  }

  @Override
  public @Nullable Object read() {
    ServiceDefinition service = definition;
    if (service == null) {
      throw new IllegalStateException("not accepted");
    }
    BadInput bad = BadInput.UNREADABLE_CONTENT;
    try {
      ContentCodec codec = codec();
      if (codec == null) {
        bad = BadInput.UNKNOWN_CODEC;
        throw new IOException("codec " + frame.codec() + " is not known here");
      }
      ContentCodec.Request request = codec.readRequest(frame, service, head);
      method = request.method();
      contentMetadata = request.metadata();
      return request.message();
    } catch (RpcException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      String what = "request to " + head.serviceText() + " cannot be read: " + e.getMessage();
      calls.counters().report(bad, channel, "refusing a request: " + what);
      throw new RpcException(Status.remote(Code.INVALID_ARGUMENT, what).withCause(e));
    } finally {
      frame.release();
    }
  }

  @Override
  public void discard() {
    frame.release();
    if (deadline().isExpired()) {
      calls
          .counters()
          .report(
              BadInput.EXPIRED_REQUEST,
              channel,
              "dropping a request to " + head.serviceText() + ", whose time was up");
    }
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
    if (!CLOSED.compareAndSet(this, false, true)) {
      return;
    }
    if (!isOneWay()) {
      reply = reply(status, headers.plus(trailers));
    }
    message = null;
    calls.queue().add(this);
  }

  private @Nullable ContentCodec codec() {
    return Contents.forServer(frame.codec(), head.isPlain(), method, hessian);
  }

  private ByteBuf reply(Status status, Metadata user) {
    ContentCodec codec = codec();
    ServerMethod found = method;
    if (status.isOk() && codec != null && found != null) {
      return calls.result(frame, codec, found, message, user);
    }
    Status error =
        status.isOk()
            ? Status.remote(Code.INTERNAL, "answered before it was read")
            : Replies.inSofasWords(status, head, definition != null);
    return Replies.error(
        frame, codec == null ? Contents.errors(head.isPlain()) : codec, error, user);
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public boolean isReady() {
    return !closed && !cancelled && calls.queue().isReady();
  }

  /** Ends the call when its time is up, unless it has ended by now. On the loop. */
  void expireIn(DeadlineWheel wheel) {
    Deadline deadline = deadline();
    if (!deadline.isNone() && !closed) {
      timeout = wheel.add(deadline.nanoTime(), this);
    }
  }

  /** A caller whose own deadline it was has gone; others are told. */
  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    cancelled();
    ServiceLimit own = limit;
    if (own != null) {
      String call =
          head.method() == null ? head.serviceText() : head.serviceText() + "/" + head.method();
      close(own.passed(call), Metadata.EMPTY);
    } else if (CLOSED.compareAndSet(this, false, true)) {
      calls.finish(channel, this, null); // nobody waits for an answer any more
    }
  }

  /** Takes its deadline off the wheel. On the loop. */
  void forget(DeadlineWheel wheel) {
    wheel.cancel(timeout);
    timeout = DeadlineWheel.NONE;
  }

  /** The caller is gone or waits no longer. On the loop. */
  void cancelled() {
    if (cancelled || closed) {
      return;
    }
    cancelled = true;
    Listener accepted = listener;
    if (accepted != null) {
      try {
        accepted.onCancel();
      } catch (RuntimeException e) {
        LOG.error("cancelling a call of {} failed", head.serviceText(), e);
      }
    }
  }

  @Override
  protected int bytes() {
    return reply == null ? 0 : reply.readableBytes();
  }

  @Override
  protected void run(Channel to) {
    ByteBuf out = reply;
    reply = null;
    calls.finish(to, this, out);
  }

  @Override
  protected void reject() {
    if (reply != null) {
      reply.release();
      reply = null;
    }
  }

  int place() {
    return place;
  }

  /** Where {@link InboundCalls} keeps it. */
  void setPlace(int newPlace) {
    place = newPlace;
  }
}
