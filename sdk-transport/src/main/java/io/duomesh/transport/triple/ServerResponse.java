package io.duomesh.transport.triple;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a call is answered with. A single response waits here for the close, so that headers,
 * message and trailers leave as one command, which this is; many leave through {@link
 * OutgoingMessages} as they come. The serving thread's until the end is queued, then the loop's;
 * but the message that waits may be taken, or dropped, by either at any time, and goes to the
 * first.
 */
final class ServerResponse extends WriteQueue.Command implements OutgoingMessages.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(ServerResponse.class);

  /** Dubbo's RpcException.BIZ_EXCEPTION, where gRPC has no code for an exception. */
  private static final int BUSINESS_EXCEPTION = 3;

  private static final int HEAD_BYTES = 64;
  private static final VarHandle MESSAGE;
  private static final VarHandle CLOSING;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MESSAGE = lookup.findVarHandle(ServerResponse.class, "message", ByteBuf.class);
      CLOSING = lookup.findVarHandle(ServerResponse.class, "closing", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final TripleServerHandler handler;
  private final TripleServerStream call;
  private volatile boolean closing; // the end is known; set once, by whoever ends the call
  private volatile @Nullable ServerCodec codec; // null until the call is accepted
  private @Nullable OutgoingMessages messages; // null where one answers
  private volatile @Nullable ByteBuf message; // the one that waits
  private Metadata headers = Metadata.EMPTY;
  private Status status = Status.OK;
  private Metadata trailers = Metadata.EMPTY;
  private int exceptionCode;
  private boolean headersSent; // the loop's

  ServerResponse(TripleServerHandler handler, TripleServerStream call) {
    this.handler = handler;
    this.call = call;
  }

  /** The call is accepted. On the loop. */
  void accept(ServerCodec found, Type type) {
    if (type == Type.SERVER_STREAMING || type == Type.BIDI_STREAMING) {
      messages = new OutgoingMessages(handler.queue(), this);
    }
    codec = found;
  }

  // The serving thread.

  @Nullable ServerCodec codec() {
    return codec;
  }

  boolean isClosing() {
    return closing;
  }

  boolean isReady() {
    return !closing && (messages == null ? handler.queue().isReady() : messages.isReady());
  }

  void sendHeaders(Metadata metadata) {
    if (messages == null) {
      headers = headers.plus(metadata);
    } else {
      handler.queue().add(new Action(() -> writeHeaders(metadata)));
    }
  }

  void send(@Nullable Object response) {
    ServerCodec known = codec;
    if (known == null || closing) {
      return;
    }
    if (handler.isFull()) {
      overflow();
      return;
    }
    ByteBuf framed;
    try {
      framed = known.encode(response, handler.channel().alloc(), handler.maxMessageBytes());
    } catch (GrpcFrameException e) {
      LOG.debug("{}: response: {}", call, e.getMessage());
      close(e.status().withMessage("response: " + e.getMessage()), Metadata.EMPTY);
      return;
    }
    if (messages != null) {
      messages.send(framed, false);
    } else if (!MESSAGE.compareAndSet(this, null, framed)) {
      framed.release();
      close(Status.remote(Status.Code.INTERNAL, "a second response"), Metadata.EMPTY);
    } else if (closing) {
      drop(); // the loop has ended the call meanwhile, and saw no message
    }
  }

  /** The caller reads too slowly: what waits for it may not grow any more. */
  private void overflow() {
    if (messages != null) { // they hold the memory: drops them, which a status would wait behind
      handler.queue().add(new Action(() -> call.reset(Http2Error.ENHANCE_YOUR_CALM)));
    } else {
      close(
          Status.remote(
              Status.Code.RESOURCE_EXHAUSTED,
              "response is not sent: the caller reads too slowly, too much waits for it already"),
          Metadata.EMPTY);
    }
  }

  /** Ends the call: with the exception itself where the caller can read one, else the status. */
  void close(Status endStatus, Metadata endTrailers) {
    if (!CLOSING.compareAndSet(this, false, true)) {
      return;
    }
    status = endStatus;
    trailers = endTrailers;
    ServerCodec known = codec;
    ServerMethod method = known == null ? null : known.method();
    Throwable thrown = endStatus.cause();
    if (known != null && method != null) {
      if (endStatus.origin() == Status.Origin.APPLICATION && thrown != null) {
        encodeException(thrown, known, handler.channel().alloc());
      } else if (endStatus.isOk()
          && message == null
          && method.descriptor().type() == Type.ONE_WAY
          && method.descriptor().shape() instanceof PayloadShape.Arguments) {
        encodeNothing(known, handler.channel().alloc());
      }
    }
    handler.queue().add(this);
  }

  /** The exception in the result's place: then the call succeeds on the wire. */
  private void encodeException(Throwable thrown, ServerCodec known, ByteBufAllocator allocator) {
    try {
      ByteBuf framed = known.encodeException(thrown, allocator);
      if (framed != null) {
        drop();
        message = framed;
        exceptionCode =
            status.code() == Status.Code.UNKNOWN ? BUSINESS_EXCEPTION : status.code().number();
        status = Status.OK;
      }
    } catch (IOException | RuntimeException | Error e) { // its own code may throw anything
      LOG.debug("exception {} cannot be written", thrown.getClass(), e);
      status = status.withMessage(thrown.toString());
    }
  }

  /** The result of a method that has none. */
  private void encodeNothing(ServerCodec known, ByteBufAllocator allocator) {
    try {
      message = known.encode(null, allocator);
    } catch (IOException | RuntimeException e) {
      status = Status.remote(Status.Code.INTERNAL, "result cannot be written: " + e.getMessage());
    }
  }

  // The loop.

  /** The stream is open: messages may leave. */
  void open() {
    if (messages != null) {
      messages.open(handler.isWritable(call.stream()));
    }
  }

  void writable(boolean now) {
    if (messages != null) {
      messages.writable(now);
    }
  }

  @Override
  public void write(ByteBuf framed, boolean end) {
    writeHeaders(Metadata.EMPTY);
    handler.write(call.stream(), framed, end);
  }

  @Override
  public void ready() {
    call.ready();
  }

  private void writeHeaders(Metadata metadata) {
    if (!call.isOver() && !headersSent) {
      headersSent = true;
      handler.writer().head(call.stream(), headers.plus(metadata), 0);
    }
  }

  @Override
  protected int bytes() {
    ByteBuf whole = message;
    return HEAD_BYTES + (whole == null ? 0 : whole.readableBytes());
  }

  @Override
  protected void run(Channel channel) {
    if (call.isOver()) {
      drop();
      return;
    }
    call.leave();
    ByteBuf whole = (ByteBuf) MESSAGE.getAndSet(this, null);
    if (whole != null) {
      writeHeadersWith(whole);
    } else if (!headersSent && isNotTaken(status)) {
      handler.reset(call.stream(), Http2Error.REFUSED_STREAM);
      return;
    }
    handler.writer().end(call.stream(), headersSent, headers, status, trailers);
  }

  /**
   * Whether a call was turned away for want of room before anybody looked at it. HTTP/2's word for
   * that is a reset (RFC 9113, 8.7), after which every client may try elsewhere; a status would be
   * an answer.
   */
  private static boolean isNotTaken(Status status) {
    return status.unprocessed()
        && (status.code() == Status.Code.RESOURCE_EXHAUSTED
            || status.code() == Status.Code.UNAVAILABLE);
  }

  private void writeHeadersWith(ByteBuf whole) {
    headersSent = true;
    handler.writer().head(call.stream(), headers, exceptionCode);
    handler.write(call.stream(), whole, false);
  }

  @Override
  protected void reject() {
    drop();
    if (!call.isOver()) {
      call.leave();
    }
  }

  @Override
  public void rejected() {
    reject();
  }

  /** Ends the answer for a reason of this side, in place of what waits. */
  void abort(Status why) {
    handler.writer().end(call.stream(), headersSent, Metadata.EMPTY, why, Metadata.EMPTY);
  }

  /** The call is over: nothing more leaves. An end that is on its way to the loop finds this. */
  void leave() {
    if (CLOSING.compareAndSet(this, false, true)) {
      drop();
    }
    if (messages != null) {
      messages.close();
    }
  }

  private void drop() {
    ByteBuf dropped = (ByteBuf) MESSAGE.getAndSet(this, null);
    if (dropped != null) {
      dropped.release();
    }
  }
}
