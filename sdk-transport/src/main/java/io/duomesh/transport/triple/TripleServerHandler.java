package io.duomesh.transport.triple;

import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.DrainEvent;
import io.duomesh.transport.netty.Seldom;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of an HTTP/2 connection: frames to calls and back. Confined to its loop. */
final class TripleServerHandler extends TripleHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TripleServerHandler.class);
  private static final Seldom UNSETTLED = new Seldom();

  private final TransportOptions options;
  private final ServerTransport.Listener listener;
  private final ServerCodecs codecs;
  private final RequestPaths paths;
  private final WriteQueue queue;
  private final Channel channel;
  private final ResponseWriter writer = new ResponseWriter(this);
  private final GoAwaySequence goodbye;
  private final Http2Connection.PropertyKey seenKey = connection().newKey(); // also if refused
  private @Nullable Future<?> unsettled; // ends who sends no settings

  TripleServerHandler(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      TripleServer server,
      Channel channel) {
    super(decoder, encoder, settings, server.options());
    this.options = server.options();
    this.listener = server.listener();
    this.codecs = server.codecs();
    this.paths = server.paths();
    this.channel = channel;
    this.queue = new WriteQueue(channel, options.writeBufferBytes());
    this.goodbye = new GoAwaySequence(this, channel);
    attach(queue);
    decoder.frameListener(new Frames());
    connection().addListener(new Lifecycle());
    encoder.flowController().listener(this::writabilityChanged);
  }

  Channel channel() {
    return channel;
  }

  ServerCodecs codecs() {
    return codecs;
  }

  int maxMessageBytes() {
    return options.maxMessageBytes();
  }

  /** The connection's writes. */
  WriteQueue queue() {
    return queue;
  }

  ResponseWriter writer() {
    return writer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    unsettled =
        ctx.executor()
            .schedule(
                () -> {
                  String end = UNSETTLED.end();
                  if (end != null) {
                    LOG.info(
                        "closing connection from {}: no settings{}", channel.remoteAddress(), end);
                  }
                  ctx.close();
                },
                options.handshakeTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    super.handlerRemoved0(ctx);
    settled();
  }

  /** Nobody need be waited for; a timer would hold a closed connection. */
  private void settled() {
    if (unsettled != null) {
      unsettled.cancel(false);
      unsettled = null;
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event == DrainEvent.START) {
      goodbye.start();
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof Http2Exception || cause.getCause() instanceof Http2Exception) {
      LOG.debug("connection from {}", channel.remoteAddress(), cause);
      super.exceptionCaught(ctx, cause);
    } else {
      LOG.debug("closing connection from {}", channel.remoteAddress(), cause);
      ctx.close();
    }
  }

  private @Nullable TripleServerStream call(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(callKey);
  }

  private void writabilityChanged(Http2Stream stream) {
    TripleServerStream call = call(stream);
    if (call != null) {
      call.response().writable(isWritable(stream));
    }
  }

  private void open(Http2Stream stream, Http2Headers headers, boolean end) throws Http2Exception {
    if (headers.method() == null || headers.path() == null || headers.scheme() == null) {
      throw Http2Exception.streamError(
          stream.id(), Http2Error.PROTOCOL_ERROR, "request without :method, :scheme or :path");
    }
    String refusal = ResponseHeaders.refusal(headers);
    if (refusal != null) {
      writer.refuse(stream, headers, refusal);
      return;
    }
    RequestHead head;
    try {
      head = RequestHead.read(headers, paths);
    } catch (GrpcFrameException e) {
      writer.end(stream, false, Metadata.EMPTY, e.status(), Metadata.EMPTY);
      return;
    }
    TripleServerStream call = new TripleServerStream(this, stream, head);
    stream.setProperty(callKey, call);
    try {
      listener.onStream(call);
    } catch (RuntimeException e) {
      call.listenerFailed(e);
    }
    if (!call.isTaken()) {
      call.end(Status.remote(Status.Code.INTERNAL, "nobody took the call"));
      return;
    }
    call.response().open();
    if (end) {
      call.halfClose();
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
      settled();
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
        throws Http2Exception {
      Http2Stream stream = connection().stream(streamId);
      if (stream == null) {
        return;
      }
      TripleServerStream call = call(stream);
      if (call != null) {
        call.halfClose(); // trailers of the request: Netty lets no others through
      } else if (stream.setProperty(seenKey, Boolean.TRUE) == null) {
        open(stream, headers, end);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
      TripleServerStream call = call(connection().stream(streamId));
      if (call == null) {
        return padding + data.readableBytes();
      }
      int taken = call.data(data);
      if (end) {
        call.halfClose();
      }
      return padding + taken;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
      TripleServerStream call = call(connection().stream(streamId));
      if (call != null) {
        call.gone();
      }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long content) {
      goodbye.pong(content);
    }
  }

  private final class Lifecycle extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      TripleServerStream call = call(stream);
      if (call != null) {
        call.gone();
      }
      goodbye.streamClosed();
    }
  }
}
