package io.duomesh.transport.triple;

import io.duomesh.Status;
import io.duomesh.transport.ServerStream;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What comes in for one call once it is accepted. A single request is delivered when the caller's
 * side has ended, since only then is it known to be single. Confined to the connection's loop.
 */
final class ServerRequest implements GrpcDeframer.Sink {
  private final TripleServerStream call;
  private final ServerStream.Listener listener;
  private final ServerCodec codec;
  private final boolean single;
  private final TripleServerHandler handler;
  private final GrpcDeframer deframer;
  private @Nullable TriplePayload held;
  private boolean closed;

  ServerRequest(
      TripleServerStream call,
      ServerStream.Listener listener,
      ServerCodec codec,
      boolean single,
      TripleServerHandler handler) {
    this.call = call;
    this.listener = listener;
    this.codec = codec;
    this.single = single;
    this.handler = handler;
    this.deframer = new GrpcDeframer(handler.maxMessageBytes(), handler.channel().alloc(), this);
    if (single) {
      request(Integer.MAX_VALUE);
    }
  }

  void request(int messages) {
    try {
      deframer.request(messages);
    } catch (GrpcFrameException e) {
      call.end(e.status());
    }
  }

  int data(ByteBuf data) {
    try {
      return deframer.accept(data);
    } catch (GrpcFrameException e) {
      call.end(e.status());
      return data.readableBytes();
    }
  }

  void halfClose() {
    try {
      deframer.end();
    } catch (GrpcFrameException e) {
      call.end(e.status());
    }
  }

  @Override
  public void message(ByteBuf message, boolean compressed) {
    if (compressed && !call.head().gzip()) {
      message.release();
      call.end(Status.remote(Status.Code.INTERNAL, "a compressed message without grpc-encoding"));
      return;
    }
    TriplePayload payload =
        new TriplePayload(
            message,
            compressed,
            handler.maxMessageBytes(),
            codec,
            Status.Code.INVALID_ARGUMENT,
            call);
    if (!single) {
      deliver(payload);
    } else if (held == null) {
      held = payload;
    } else {
      payload.discard();
      call.end(cardinality("a second request message"));
    }
  }

  @Override
  public void end() {
    TriplePayload payload = held;
    held = null;
    if (single && payload == null) {
      call.end(cardinality("no request message"));
      return;
    }
    if (payload != null) {
      deliver(payload);
    }
    if (!closed) {
      try {
        listener.onHalfClose();
      } catch (RuntimeException e) {
        call.listenerFailed(e);
      }
    }
  }

  @Override
  public void consumed(int bytes) {
    handler.consumed(call.stream(), bytes);
  }

  void close() {
    closed = true;
    deframer.close();
    if (held != null) {
      held.discard();
      held = null;
    }
  }

  void cancelled() {
    try {
      listener.onCancel();
    } catch (RuntimeException e) {
      call.listenerFailed(e);
    }
  }

  void ready() {
    try {
      listener.onReady();
    } catch (RuntimeException e) {
      call.listenerFailed(e);
    }
  }

  private void deliver(TriplePayload payload) {
    try {
      listener.onMessage(payload);
    } catch (RuntimeException e) {
      call.listenerFailed(e);
    }
  }

  private static Status cardinality(String what) {
    return Status.remote(
        Status.Code.UNIMPLEMENTED, what + " (expected: exactly one, the method takes one request)");
  }
}
