package io.duomesh.transport.triple;

import io.duomesh.Metadata;
import io.duomesh.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers of a server's connection, frame by frame, and lets go of a stream after its
 * last one. Confined to the loop; flushes only where nothing else will.
 */
final class ResponseWriter {
  private final TripleServerHandler handler;

  ResponseWriter(TripleServerHandler handler) {
    this.handler = handler;
  }

  /** Writes headers in front of messages. */
  void head(Http2Stream stream, Metadata metadata, int exceptionCode) {
    headers(stream, ResponseHeaders.head(metadata, exceptionCode), false);
  }

  /** Writes what is left of an answer: headers if there are any yet to send, and trailers. */
  void end(
      Http2Stream stream,
      boolean headersSent,
      Metadata metadata,
      Status status,
      Metadata trailers) {
    if (!headersSent && metadata.isEmpty()) {
      last(stream, ResponseHeaders.only(status, trailers));
      return;
    }
    if (!headersSent) {
      head(stream, metadata, 0);
    }
    last(stream, ResponseHeaders.trailers(status, trailers));
  }

  /** Answers a request that is not gRPC's, for a person. */
  void refuse(Http2Stream stream, Http2Headers request, String why) {
    headers(stream, ResponseHeaders.http(request), false);
    ByteBuf text = ByteBufUtil.writeUtf8(handler.channel().alloc(), why);
    ChannelPromise written = handler.context().newPromise();
    handler
        .encoder()
        .writeData(handler.context(), stream.id(), text, 0, true, written)
        .addListener(done -> letGo(stream, done.cause()));
  }

  private void last(Http2Stream stream, Http2Headers last) {
    ChannelFuture written = headers(stream, last, true);
    if (stream.state().remoteSideOpen() || !written.isDone()) {
      written.addListener(done -> letGo(stream, done.cause()));
    } else if (written.cause() != null) {
      letGo(stream, written.cause());
    }
  }

  private ChannelFuture headers(Http2Stream stream, Http2Headers headers, boolean end) {
    return handler
        .encoder()
        .writeHeaders(
            handler.context(), stream.id(), headers, 0, end, handler.context().newPromise());
  }

  /** After the answer: a caller that is still sending is told to stop. */
  private void letGo(Http2Stream stream, @Nullable Throwable failure) {
    if (failure != null || stream.state().remoteSideOpen()) {
      handler.reset(stream, failure == null ? Http2Error.NO_ERROR : Http2Error.INTERNAL_ERROR);
      handler.context().flush();
    }
  }
}
