package io.duomesh.transport.triple;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.duomesh.transport.ServerStream;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One inbound call. As a command it is its own end: a single response waits for the close, so that
 * headers, message and trailers leave as one command. Messages are encoded by the sender; all else
 * happens on the loop.
 */
final class TripleServerStream extends WriteQueue.Command
    implements ServerStream, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(TripleServerStream.class);
  private static final int HEAD_BYTES = 64;

  private final TripleServerHandler handler;
  private final Http2Stream stream;
  private final RequestHead head;
  private final Readiness readiness = new Readiness();
  private final AtomicBoolean closing = new AtomicBoolean();

  private volatile boolean cancelled;
  private volatile @Nullable ServerCodec codec;
  private @Nullable Type type;
  private @Nullable ServerRequest request;
  private int timeout = DeadlineWheel.NONE;
  private boolean over;

  // what the end consists of; the sender's until it is queued, then the loop's
  private Metadata headers = Metadata.EMPTY;
  private final AtomicReference<@Nullable ByteBuf> message = new AtomicReference<>();
  private Status status = Status.OK;
  private Metadata trailers = Metadata.EMPTY;
  private int exceptionCode;

  private boolean headersSent; // the loop's

  TripleServerStream(TripleServerHandler handler, Http2Stream stream, RequestHead head) {
    this.handler = handler;
    this.stream = stream;
    this.head = head;
    this.readiness.writable(true);
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
    return head.deadline();
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
    ServerCodec known = codec;
    return known == null ? null : known.method();
  }

  @Override
  public void accept(ServiceDefinition service, Listener listener) {
    if (ServerCodecs.isEcho(head.methodName())) {
      listener.onCancel(); // answered here, nothing comes for it
      take(EchoServerCodec.INSTANCE, Type.UNARY, new EchoServerCodec.Answer(this));
      return;
    }
    ServerCodec found;
    try {
      found = handler.codecs().of(service, head.methodName());
    } catch (IllegalArgumentException e) {
      LOG.error("{}/{} cannot be served: {}", service.name(), head.methodName(), e.getMessage());
      close(
          Status.remote(Status.Code.INTERNAL, "cannot be served: " + e.getMessage()),
          Metadata.EMPTY);
      listener.onCancel();
      return;
    }
    if (found == null) {
      close(
          Status.remote(
              Status.Code.UNIMPLEMENTED,
              "service " + service.name() + " has no method " + head.methodName()),
          Metadata.EMPTY);
      listener.onCancel();
      return;
    }
    ServiceDefinition.ServerMethod method = found.method();
    // only unary methods are overloaded
    take(found, method != null ? method.descriptor().type() : Type.UNARY, listener);
  }

  private void take(ServerCodec found, Type known, Listener listener) {
    codec = found;
    type = known;
    request =
        new ServerRequest(this, listener, found, known.clientSendsOne(), handler.maxMessageBytes());
    Deadline deadline = head.deadline();
    if (!deadline.isNone()) {
      timeout = handler.wheel().add(deadline.nanoTime(), this);
    }
  }

  @Override
  public void request(int messages) {
    handler.submit(
        new Action(
            0,
            () -> {
              if (request != null && !over) {
                request.request(messages);
              }
            },
            () -> {}));
  }

  @Override
  public void sendHeaders(Metadata responseHeaders) {
    if (isSingle()) {
      headers = headers.plus(responseHeaders);
    } else {
      handler.submit(new Action(0, () -> writeHeaders(responseHeaders), () -> {}));
    }
  }

  @Override
  public void send(@Nullable Object response) {
    ServerCodec known = codec;
    if (known == null || closing.get()) {
      return;
    }
    ByteBuf framed;
    try {
      framed = known.encode(response, allocator());
    } catch (IOException | RuntimeException e) {
      LOG.debug("{}/{}: response cannot be written", head.service(), head.methodName(), e);
      close(
          Status.remote(Status.Code.INTERNAL, "response cannot be written: " + e.getMessage()),
          Metadata.EMPTY);
      return;
    }
    int size = framed.readableBytes() - MessageEncoder.PREFIX;
    if (size > maxMessageBytes()) {
      framed.release();
      close(
          Status.remote(
              Status.Code.RESOURCE_EXHAUSTED,
              "response of "
                  + size
                  + " bytes (expected: at most "
                  + maxMessageBytes()
                  + ", duomesh.transport.max-message-size)"),
          Metadata.EMPTY);
    } else if (!isSingle()) {
      handler.submit(new Write(framed));
    } else if (!message.compareAndSet(null, framed)) {
      framed.release();
      close(Status.remote(Status.Code.INTERNAL, "a second response"), Metadata.EMPTY);
    } else if (closing.get()) {
      dropMessage(); // the loop has ended the call meanwhile, and saw no message
    }
  }

  @Override
  public void close(Status endStatus, Metadata endTrailers) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    status = endStatus;
    trailers = endTrailers;
    Throwable thrown = endStatus.cause();
    if (endStatus.origin() == Status.Origin.APPLICATION && thrown != null) {
      encodeException(thrown);
    } else if (endStatus.isOk() && message.get() == null && type == Type.ONE_WAY) {
      encodeNothing();
    }
    handler.submit(this);
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public boolean isReady() {
    return readiness.isReady() && !closing.get() && !cancelled;
  }

  /** The exception itself, where the caller can read one: then the call succeeds on the wire. */
  private void encodeException(Throwable thrown) {
    ServerCodec known = codec;
    if (known == null || known.method() == null) {
      return;
    }
    try {
      ByteBuf framed = known.encodeException(thrown, allocator());
      if (framed != null) {
        dropMessage();
        message.set(framed);
        // Dubbo's RpcException.BIZ_EXCEPTION where gRPC has no code of its own
        exceptionCode = status.code() == Status.Code.UNKNOWN ? 3 : status.code().number();
        status = Status.OK;
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("{}/{}: exception cannot be written", head.service(), head.methodName(), e);
      status = status.withMessage(thrown.toString());
    }
  }

  /** The result of a method that has none. */
  private void encodeNothing() {
    ServerCodec known = codec;
    ServiceDefinition.ServerMethod method = known == null ? null : known.method();
    if (known == null
        || method == null
        || !(method.descriptor().shape() instanceof PayloadShape.Arguments)) {
      return;
    }
    try {
      message.set(known.encode(null, allocator()));
    } catch (IOException | RuntimeException e) {
      status = Status.remote(Status.Code.INTERNAL, "result cannot be written: " + e.getMessage());
    }
  }

  private boolean isSingle() {
    return type == null
        || type == Type.UNARY
        || type == Type.ONE_WAY
        || type == Type.CLIENT_STREAMING;
  }

  // The loop.

  @Override
  protected int bytes() {
    ByteBuf whole = message.get();
    return HEAD_BYTES + (whole == null ? 0 : whole.readableBytes());
  }

  @Override
  protected void run(Channel channel) {
    if (over) {
      dropMessage();
      return;
    }
    finish(status);
  }

  @Override
  protected void reject() {
    dropMessage();
    if (!over) {
      leave();
    }
  }

  RequestHead head() {
    return head;
  }

  ByteBufAllocator allocator() {
    return handler.channel().alloc();
  }

  int maxMessageBytes() {
    return handler.maxMessageBytes();
  }

  /** Whether the call is taken: accepted, or on its way to its end. */
  boolean isTaken() {
    return request != null || closing.get();
  }

  int data(ByteBuf data) {
    return request == null || over ? data.readableBytes() : request.data(data);
  }

  void halfClose() {
    if (request != null && !over) {
      request.halfClose();
    }
  }

  /** The stream is closed below, or the caller reset it. */
  void gone() {
    if (!over) {
      cancelled = true;
      leave();
      if (request != null) {
        request.cancelled();
      }
    }
  }

  void writable(boolean now) {
    if (readiness.writable(now) && request != null && !over) {
      request.ready();
    }
  }

  void consumed(int bytes) {
    handler.consumed(stream, bytes);
  }

  /** Ends the call for what the caller sent. */
  void refuse(Status why) {
    endHere(why);
  }

  void listenerFailed(RuntimeException e) {
    LOG.warn("{}/{}: listener failed", head.service(), head.methodName(), e);
    endHere(Status.remote(Status.Code.INTERNAL, "server failed: " + e));
  }

  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    endHere(
        Status.remote(
            Status.Code.DEADLINE_EXCEEDED,
            head.service() + "/" + head.methodName() + ": not done within the caller's deadline"));
    handler.channel().flush(); // a timer's work, outside of reads and writes
  }

  private void endHere(Status why) {
    if (over) {
      return;
    }
    cancelled = true;
    leave();
    handler.end(stream, headersSent, Metadata.EMPTY, null, 0, why, Metadata.EMPTY);
    if (request != null) {
      request.cancelled();
    }
  }

  private void finish(Status endStatus) {
    leave();
    handler.end(
        stream, headersSent, headers, message.getAndSet(null), exceptionCode, endStatus, trailers);
  }

  private void leave() {
    over = true;
    if (closing.compareAndSet(false, true)) {
      dropMessage();
    }
    readiness.writable(false);
    if (timeout != DeadlineWheel.NONE) {
      handler.wheel().cancel(timeout);
      timeout = DeadlineWheel.NONE;
    }
    if (request != null) {
      request.close();
    }
  }

  private void dropMessage() {
    ByteBuf dropped = message.getAndSet(null);
    if (dropped != null) {
      dropped.release();
    }
  }

  private void writeHeaders(Metadata metadata) {
    if (!over && !headersSent) {
      headersSent = true;
      handler.writeHeaders(stream, metadata, 0);
    }
  }

  /** A message of a stream. */
  private final class Write extends WriteQueue.Command {
    private final ByteBuf framed;
    private final int size;

    Write(ByteBuf framed) {
      this.framed = framed;
      this.size = framed.readableBytes();
      readiness.add(size);
    }

    @Override
    protected int bytes() {
      return size;
    }

    @Override
    protected void run(Channel channel) {
      if (over) {
        framed.release();
        return;
      }
      writeHeaders(Metadata.EMPTY);
      handler.write(stream, framed);
      if (readiness.remove(size) && request != null) {
        request.ready();
      }
    }

    @Override
    protected void reject() {
      framed.release();
    }
  }
}
