package io.duomesh.transport.triple;

import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on an HTTP/2 connection. As a command it opens itself: with the whole request where the
 * client sends one message, so that a unary request is one command. Messages are encoded by the
 * caller; everything else happens on the loop.
 */
final class TripleClientStream extends WriteQueue.Command
    implements ClientStream, DeadlineWheel.Expiring {
  private static final Logger LOG = LoggerFactory.getLogger(TripleClientStream.class);

  private static final int HEAD_BYTES = 128;

  private final TripleClientTransport transport;
  private final Invocation invocation;
  private final ClientMethod method;
  private final Listener listener;
  private final ClientResponse response;
  private final Readiness readiness = new Readiness();
  private final Deque<Write> early = new ArrayDeque<>(0); // written before the stream was open

  /** Whether it is counted among those that wait to be opened; the transport's. */
  boolean waiting;

  private @Nullable ByteBuf request; // the whole request until it leaves
  private @Nullable Http2Stream stream;
  private int timeout = DeadlineWheel.NONE;
  private boolean ended;
  private boolean told;

  TripleClientStream(
      TripleClientTransport transport,
      Invocation invocation,
      ClientMethod method,
      Listener listener) {
    this.transport = transport;
    this.invocation = invocation;
    this.method = method;
    this.listener = listener;
    this.response = new ClientResponse(this, transport);
  }

  // The caller's side.

  @Override
  public void send(Object message) {
    ByteBuf framed;
    try {
      framed = method.requests().encode(message, transport.allocator());
    } catch (IOException | RuntimeException e) {
      fail(
          Status.local(
                  Status.Code.INTERNAL,
                  invocation.method() + ": request cannot be written: " + e.getMessage())
              .withCause(e));
      return;
    }
    int size = framed.readableBytes() - MessageEncoder.PREFIX;
    if (size > transport.maxMessageBytes()) {
      framed.release();
      fail(
          Status.local(
              Status.Code.RESOURCE_EXHAUSTED,
              invocation.method()
                  + ": request of "
                  + size
                  + " bytes (expected: at most "
                  + transport.maxMessageBytes()
                  + ", duomesh.transport.max-message-size)"));
    } else if (!type().clientSendsOne()) {
      transport.submit(new Write(framed, false));
    } else if (transport.isFull()) {
      framed.release();
      fail(transport.full());
    } else {
      request = framed;
      transport.submit(this);
    }
  }

  @Override
  public void halfClose() {
    if (!type().clientSendsOne()) {
      transport.submit(new Write(Unpooled.EMPTY_BUFFER, true));
    }
  }

  @Override
  public void request(int messages) {
    transport.submit(new Action(0, () -> response.request(messages), () -> {}));
  }

  @Override
  public void cancel(@Nullable String reason) {
    fail(
        Status.local(
                Status.Code.CANCELLED,
                invocation.method() + ": cancelled" + (reason == null ? "" : ": " + reason))
            .withFlag(ResponseFlag.DC));
  }

  @Override
  public boolean isReady() {
    return readiness.isReady();
  }

  /** Ends the call for a reason of this side; any thread. */
  void fail(Status status) {
    Runnable end = () -> end(Outcome.of(status.withUnprocessed(stream == null)));
    transport.submit(new Action(0, end, end));
  }

  // The loop's side.

  @Override
  protected int bytes() {
    return HEAD_BYTES + (request == null ? 0 : request.readableBytes());
  }

  @Override
  protected void run(Channel channel) {
    if (ended) {
      dropUnsent();
      return;
    }
    Deadline deadline = invocation.deadline();
    if (deadline.isExpired()) {
      expire();
      return;
    }
    if (transport.open(this) && !deadline.isNone()) {
      timeout = transport.wheel().add(deadline.nanoTime(), this);
    }
  }

  @Override
  protected void reject() {
    end(Outcome.of(transport.refusal()));
  }

  /** Opens the stream on a connection that can take it. */
  void start(TripleClientHandler handler) {
    Http2Headers headers;
    try {
      headers = method.headers(invocation);
    } catch (IllegalArgumentException e) {
      end(
          Outcome.of(
              Status.local(Status.Code.INTERNAL, invocation.method() + ": " + e.getMessage())));
      return;
    }
    ByteBuf whole = request;
    request = null;
    Throwable failure = handler.open(this, headers, whole);
    if (failure != null) {
      end(Outcome.of(transport.notOpened(failure)));
      return;
    }
    if (type() == Type.ONE_WAY) {
      tell(Outcome.of(Status.OK)); // the answer frees the stream, nobody awaits it
    }
    for (Write write = early.poll(); write != null && !ended; write = early.poll()) {
      write.leave();
    }
    if (isReady() && !type().clientSendsOne()) {
      ready();
    }
  }

  /** The stream exists; frames for it may come. */
  void opened(Http2Stream opened) {
    stream = opened;
    readiness.writable(true);
  }

  void headers(Http2Headers headers, boolean end) {
    response.headers(headers, end);
  }

  int data(ByteBuf data, boolean end) {
    return response.data(data, end);
  }

  void reset(long errorCode) {
    if (!ended && !response.isComplete()) {
      end(
          response.outcome(
              invocation.deadline().isExpired()
                  ? expired()
                  : TripleStatus.ofReset(errorCode, transport.peerName())));
    }
  }

  /** Frames of the peer broke a rule; the stream is being reset. */
  void broken(Throwable cause) {
    end(
        response.outcome(
            Status.transport(
                    Status.Code.INTERNAL,
                    transport.peerName() + " broke HTTP/2: " + cause.getMessage())
                .withFlag(ResponseFlag.UPE)));
  }

  /** The stream is closed below; unless it was answered, its connection let go of it. */
  void gone() {
    Http2Stream closed = stream;
    if (!ended && !response.isComplete() && closed != null) {
      end(response.outcome(transport.lost(closed.id())));
    }
  }

  void writable(boolean now) {
    if (!ended && readiness.writable(now)) {
      ready();
    }
  }

  /** Ends the call, once; resets the stream where it is still open. */
  void end(Outcome outcome) {
    if (ended) {
      return;
    }
    ended = true;
    readiness.writable(false);
    if (timeout != DeadlineWheel.NONE) {
      transport.wheel().cancel(timeout);
      timeout = DeadlineWheel.NONE;
    }
    dropUnsent();
    response.close();
    Http2Stream open = stream;
    if (open != null) {
      transport.abandon(open, response.isComplete());
    }
    transport.ended(this);
    tell(outcome);
  }

  boolean isEnded() {
    return ended;
  }

  Type type() {
    return invocation.method().type();
  }

  ClientMethod method() {
    return method;
  }

  Invocation invocation() {
    return invocation;
  }

  Listener listener() {
    return listener;
  }

  @Nullable Http2Stream stream() {
    return stream;
  }

  @Override
  public void expire() {
    timeout = DeadlineWheel.NONE;
    end(response.outcome(expired()));
  }

  private Status expired() {
    boolean sent = stream != null;
    return Status.transport(
            Status.Code.DEADLINE_EXCEEDED,
            invocation.method()
                + ": no answer from "
                + transport.peerName()
                + " within the deadline"
                + (sent ? "" : "; not sent yet: " + transport.waitsFor()))
        .withFlag(ResponseFlag.UT)
        .withUnprocessed(!sent);
  }

  private void tell(Outcome outcome) {
    if (!told) {
      told = true;
      try {
        listener.onClose(outcome);
      } catch (RuntimeException e) {
        LOG.warn("{}: listener failed on close", invocation, e);
      }
    }
  }

  private void ready() {
    try {
      listener.onReady();
    } catch (RuntimeException e) {
      LOG.warn("{}: listener failed when ready", invocation, e);
      fail(Status.local(Status.Code.INTERNAL, "listener failed: " + e));
    }
  }

  private void dropUnsent() {
    if (request != null) {
      request.release();
      request = null;
    }
    for (Write write = early.poll(); write != null; write = early.poll()) {
      write.message.release();
    }
  }

  /** A message of a stream, or with none its half-close. */
  private final class Write extends WriteQueue.Command {
    private final ByteBuf message;
    private final boolean end;
    private final int size;

    Write(ByteBuf message, boolean end) {
      this.message = message;
      this.end = end;
      this.size = message.readableBytes();
      readiness.add(size);
    }

    @Override
    protected int bytes() {
      return size;
    }

    @Override
    protected void run(Channel channel) {
      if (ended) {
        message.release();
      } else if (stream == null) {
        early.add(this); // still counted as queued, so the caller sees that it is not ready
        if (readiness.queued() > 2 * transport.maxMessageBytes()) {
          end(Outcome.of(transport.full()));
        }
      } else {
        leave();
      }
    }

    @Override
    protected void reject() {
      message.release();
      TripleClientStream.this.reject();
    }

    private void leave() {
      Http2Stream open = stream;
      if (open == null) {
        message.release();
        return;
      }
      transport.write(open, message, end);
      if (readiness.remove(size)) {
        ready();
      }
    }
  }
}
