package io.duomesh.transport.triple;

import io.duomesh.Invocation;
import io.duomesh.Status;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * What a call sends. As a command it opens the call: with the whole request where the client sends
 * one message, so that a unary request is one command; many leave through {@link OutgoingMessages}
 * as they come. Messages are encoded by the caller, and owned here until flow control takes them;
 * all else happens on the loop.
 */
final class ClientRequest extends WriteQueue.Command implements OutgoingMessages.Sink {
  private static final int HEAD_BYTES = 128;

  private final TripleClientTransport transport;
  private final TripleClientStream call;
  private final ClientMethod method;
  private final @Nullable OutgoingMessages messages; // null where the client sends one
  private @Nullable ByteBuf whole; // the one until it leaves
  private boolean ended; // the caller's

  ClientRequest(TripleClientTransport transport, TripleClientStream call, ClientMethod method) {
    this.transport = transport;
    this.call = call;
    this.method = method;
    this.messages =
        call.descriptor().type().clientSendsOne()
            ? null
            : new OutgoingMessages(transport.queue(), this);
  }

  // The caller's side.

  void send(Object message) {
    if (ended) {
      call.fail(Status.local(Status.Code.INTERNAL, call.descriptor() + ": a message too many"));
      return;
    }
    if (transport.isFull()) {
      call.fail(transport.failures().full());
      return;
    }
    ByteBuf framed;
    try {
      framed =
          method
              .requests()
              .encode(message, transport.channel().alloc(), transport.maxMessageBytes());
    } catch (GrpcFrameException e) {
      call.fail(
          Status.local(e.code(), call.descriptor() + ": request: " + e.getMessage())
              .withCause(e.getCause()));
      return;
    }
    if (messages != null) {
      messages.send(framed, false);
    } else {
      ended = true;
      whole = framed;
      transport.queue().add(this);
    }
  }

  void halfClose() {
    if (messages != null && !ended) {
      ended = true;
      messages.send(Unpooled.EMPTY_BUFFER, true);
    }
  }

  boolean isReady() {
    return messages != null
        ? messages.isReady()
        : transport.isReady() && transport.queue().isReady();
  }

  // The loop's.

  @Override
  protected int bytes() {
    return HEAD_BYTES + (whole == null ? 0 : whole.readableBytes());
  }

  @Override
  protected void run(Channel channel) {
    if (call.isEnded()) {
      close();
    } else {
      call.open();
    }
  }

  @Override
  protected void reject() {
    call.rejected();
  }

  /**
   * Writes the headers and, where there is one, the whole request: opens the stream.
   *
   * @return null, or why it could not be opened; then nothing has left
   */
  @Nullable Status start(Invocation invocation) {
    Http2Headers headers;
    try {
      headers = method.headers(invocation);
    } catch (IllegalArgumentException e) {
      return Status.local(Status.Code.INTERNAL, call.descriptor() + ": " + e.getMessage());
    }
    ByteBuf leaving = whole;
    whole = null;
    Throwable failure = transport.handler().open(call, headers, leaving);
    return failure == null ? null : transport.failures().notOpened(failure);
  }

  /** The stream is open: messages may leave. */
  void open() {
    if (messages != null) {
      messages.open(transport.handler().isWritable(call.stream()));
    }
  }

  void writable(boolean now) {
    if (messages != null) {
      messages.writable(now);
    }
  }

  @Override
  public void write(ByteBuf message, boolean end) {
    transport.handler().write(call.stream(), message, end);
  }

  @Override
  public void waiting(int bytes) {
    if (bytes > 2 * transport.maxMessageBytes()) {
      call.end(transport.failures().full());
    }
  }

  @Override
  public void ready() {
    call.ready();
  }

  @Override
  public void rejected() {
    reject();
  }

  /** Nothing leaves any more. */
  void close() {
    if (whole != null) {
      whole.release();
      whole = null;
    }
    if (messages != null) {
      messages.close();
    }
  }
}
