package io.duomesh.transport.triple;

import io.duomesh.transport.ConnectSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The client's side of an HTTP/2 connection: frames to streams and back. Confined to its loop. */
final class TripleClientHandler extends TripleHandler {
  private static final int SHOWN_REASON = 200;

  private final Events events;
  private final KeepAlive keepAlive;
  private @Nullable Throwable failure;

  /** What happens to the connection as a whole. */
  interface Events {
    /** The peer's first settings came: it does speak HTTP/2. */
    void settings();

    /** The peer allows more streams, or one has ended. */
    void capacity();

    /** The peer takes no streams after {@code lastStream}. */
    void goAway(int lastStream, String reason);

    /** The peer does not answer. */
    void dead(String reason);

    /** The connection is gone. */
    void closed(@Nullable Throwable cause);
  }

  TripleClientHandler(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      ConnectSpec spec,
      Events events) {
    super(decoder, encoder, settings, spec.transports().options());
    this.events = events;
    this.keepAlive = new KeepAlive(spec, this);
    decoder.frameListener(new Frames());
    connection().addListener(new Lifecycle());
    encoder.flowController().listener(this::writabilityChanged);
  }

  /** Whether another stream may be opened now. */
  boolean canOpen() {
    Http2Connection.Endpoint<?> local = connection().local();
    return local.numActiveStreams() < local.maxActiveStreams();
  }

  /**
   * Opens a stream with its headers and, where given, its whole request.
   *
   * @return null, or why it could not be opened; then nothing has left
   */
  @Nullable Throwable open(
      TripleClientStream call, Http2Headers headers, @Nullable ByteBuf request) {
    int id = connection().local().incrementAndGetNextStreamId();
    ChannelFuture written =
        encoder().writeHeaders(context(), id, headers, 0, false, context().newPromise());
    Http2Stream stream = connection().stream(id);
    if (stream == null || written.cause() != null) {
      if (request != null) {
        request.release();
      }
      return written.cause() != null ? written.cause() : new IllegalStateException("not opened");
    }
    stream.setProperty(callKey, call);
    call.opened(stream);
    keepAlive.callOpened(context());
    if (request != null) {
      write(stream, request, true);
    }
    return null;
  }

  /** Asks whether the peer is there; the caller flushes. */
  void ping(long content) {
    encoder().writePing(context(), false, content, context().newPromise());
  }

  /** The peer does not answer. */
  void dead(String reason) {
    events.dead(reason);
  }

  /** Says goodbye to the peer and closes. */
  void sayGoodbye() {
    goAway(context(), 0, 0, Unpooled.EMPTY_BUFFER, context().newPromise());
    context().flush();
    context().close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    keepAlive.read(ctx);
    super.channelRead(ctx, message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    keepAlive.stop();
    events.closed(failure);
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (failure == null) {
      failure = cause;
    }
    if (cause instanceof Http2Exception || cause.getCause() instanceof Http2Exception) {
      super.exceptionCaught(ctx, cause);
    } else {
      ctx.close();
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception http2) {
    if (failure == null) {
      failure = http2 != null ? http2 : cause;
    }
    super.onConnectionError(ctx, outbound, cause, http2);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException http2) {
    TripleClientStream call = call(connection().stream(http2.streamId()));
    if (call != null) {
      call.broken(http2);
    }
    super.onStreamError(ctx, outbound, cause, http2);
  }

  private @Nullable TripleClientStream call(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(callKey);
  }

  private void writabilityChanged(Http2Stream stream) {
    TripleClientStream call = call(stream);
    if (call != null) {
      call.request().writable(isWritable(stream));
    }
  }

  private final class Frames extends IncomingFrames {
    Frames() {
      super(encoder());
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
        throws Http2Exception {
      super.onSettingsRead(ctx, settings);
      events.settings();
      events.capacity();
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end) {
      TripleClientStream call = call(connection().stream(streamId));
      if (call != null) {
        call.response().headers(headers, end);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
      TripleClientStream call = call(connection().stream(streamId));
      return padding + (call == null ? data.readableBytes() : call.response().data(data, end));
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
      TripleClientStream call = call(connection().stream(streamId));
      if (call != null) {
        call.reset(errorCode);
      }
    }
  }

  private final class Lifecycle extends Http2ConnectionAdapter {
    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
      int shown = Math.min(debugData.readableBytes(), SHOWN_REASON);
      String text = debugData.toString(debugData.readerIndex(), shown, StandardCharsets.UTF_8);
      String reason = "GOAWAY " + errorCode + (text.isEmpty() ? "" : " " + text);
      keepAlive.goAway(reason);
      events.goAway(lastStreamId, reason);
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
      TripleClientStream call = call(stream);
      if (call != null) {
        call.gone();
      }
      events.capacity();
    }
  }
}
