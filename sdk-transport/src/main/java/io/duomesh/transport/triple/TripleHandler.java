package io.duomesh.transport.triple;

import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of an HTTP/2 connection have in common: where a call hangs on its stream, the
 * write queue, flow control by consumption. Everything runs on the connection's loop.
 */
abstract class TripleHandler extends Http2ConnectionHandler {
  final Http2Connection.PropertyKey callKey;
  private @Nullable ChannelHandlerContext context;
  private @Nullable WriteQueue queue;
  private @Nullable DeadlineWheel wheel;

  private final long maxUnwrittenBytes;
  private final AtomicLong unwrittenBytes = new AtomicLong(); // written by the loop alone
  private final ChannelFutureListener written =
      done -> unwrittenBytes.lazySet(unwrittenBytes.get() - ((DataPromise) done).bytes);

  TripleHandler(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      TransportOptions options) {
    // true: closing the channel sends no GOAWAY of its own, since each side has its own sequence
    super(decoder, encoder, settings, true);
    callKey = connection().newKey();
    maxUnwrittenBytes = 4L * (options.writeBufferBytes() + options.maxMessageBytes());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    wheel = DeadlineWheel.of(ctx.channel().eventLoop());
    super.handlerAdded(ctx);
    growConnectionWindow(ctx);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    super.channelActive(ctx);
    growConnectionWindow(ctx);
  }

  /** The connection's window is not a setting: it grows by an update, once the preface is out. */
  private void growConnectionWindow(ChannelHandlerContext ctx) throws Http2Exception {
    Http2Stream whole = connection().connectionStream();
    int missing =
        Http2Limits.CONNECTION_WINDOW
            - connection().local().flowController().initialWindowSize(whole);
    if (ctx.channel().isActive() && missing > 0) {
      connection().local().flowController().incrementWindowSize(whole, missing);
      ctx.flush();
    }
  }

  /** The queue that is told of reads; set on the loop. */
  final void attach(WriteQueue writeQueue) {
    queue = writeQueue;
  }

  final ChannelHandlerContext context() {
    ChannelHandlerContext added = context;
    if (added == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return added;
  }

  final DeadlineWheel wheel() {
    DeadlineWheel known = wheel;
    if (known == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return known;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (queue != null) {
      queue.readStarted();
    }
    super.channelRead(ctx, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    try {
      super.channelReadComplete(ctx);
    } finally {
      if (queue != null) {
        queue.readCompleted();
      }
    }
  }

  /**
   * Writes a message, or with an empty one the end of this side; owns it from here. It waits in
   * flow control until the peer takes it.
   */
  final void write(Http2Stream stream, ByteBuf message, boolean end) {
    DataPromise promise = new DataPromise(context(), message.readableBytes());
    unwrittenBytes.lazySet(unwrittenBytes.get() + promise.bytes);
    promise.addListener(written);
    encoder().writeData(context(), stream.id(), message, 0, end, promise);
  }

  /**
   * Whether so much waits for the peer to read that no more may be added: four of the largest
   * messages, and four write buffers. Any thread.
   */
  final boolean isFull() {
    return unwrittenBytes.get() >= maxUnwrittenBytes;
  }

  /** Whether flow control would let bytes of a stream through. */
  final boolean isWritable(Http2Stream stream) {
    return encoder().flowController().isWritable(stream);
  }

  /** Gives bytes back to flow control; the caller flushes. */
  final void consumed(Http2Stream stream, int bytes) {
    try {
      connection().local().flowController().consumeBytes(stream, bytes);
    } catch (Http2Exception e) {
      onError(context(), true, e);
    }
  }

  /** Resets a stream unless both its sides have ended; the caller flushes. */
  final void reset(Http2Stream stream, Http2Error error) {
    if (stream.state() != Http2Stream.State.CLOSED) {
      resetStream(context(), stream.id(), error.code(), context().newPromise());
    }
  }

  /** The promise of a DATA frame, which knows its size. */
  private static final class DataPromise extends DefaultChannelPromise {
    private final int bytes;

    DataPromise(ChannelHandlerContext context, int bytes) {
      super(context.channel(), context.executor());
      this.bytes = bytes;
    }
  }
}
