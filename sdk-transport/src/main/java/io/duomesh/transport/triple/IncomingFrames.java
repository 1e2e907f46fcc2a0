package io.duomesh.transport.triple;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.concurrent.TimeUnit;

/**
 * What both sides make of incoming frames: priorities are passed over, and frames that carry no
 * call but cost an answer (PING, SETTINGS) are bounded in number; peers that measure their
 * bandwidth send some hundreds a second. The header table that a peer offers is not used beyond
 * HTTP/2's default. Confined to the loop.
 */
abstract class IncomingFrames extends Http2FrameAdapter {
  private static final int MOST_PER_SECOND = 10_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Most bytes of the table that what we send is compressed by, whatever the peer would keep. */
  private static final long MAX_TABLE_BYTES = 4_096;

  private final Http2ConnectionEncoder encoder;
  private long since = System.nanoTime();
  private int count;

  IncomingFrames(Http2ConnectionEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public final void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    onHeadersRead(ctx, streamId, headers, padding, end);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    countUpkeep();
    Long table = settings.headerTableSize();
    if (table != null && table > MAX_TABLE_BYTES) {
      encoder.configuration().headersConfiguration().maxHeaderTableSize(MAX_TABLE_BYTES);
    }
  }

  @Override
  public final void onPingRead(ChannelHandlerContext ctx, long content) throws Http2Exception {
    countUpkeep();
  }

  private void countUpkeep() throws Http2Exception {
    if (++count <= MOST_PER_SECOND) {
      return;
    }
    long now = System.nanoTime();
    if (now - since < SECOND) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM,
          "more than %d frames of upkeep within a second",
          MOST_PER_SECOND);
    }
    since = now;
    count = 0;
  }
}
