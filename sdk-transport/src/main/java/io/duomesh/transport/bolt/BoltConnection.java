package io.duomesh.transport.bolt;

import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.Connector;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both ends of a Bolt connection share: hands on its frames, and closes it where the stream
 * cannot be followed any more or a frame does not end. Owned by its event loop.
 */
abstract class BoltConnection extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(BoltConnection.class);
  private static final int SHOWN_BYTES = 24;

  protected final TransportOptions options;
  protected final BoltCounters counters;
  private final FrameReader reader;
  private volatile @Nullable WriteQueue queue;
  private int frames;
  private @Nullable Future<?> watching; // a frame that has begun
  private UnfinishedFrames.@Nullable Share share; // once a frame was large
  private boolean broken;

  BoltConnection(TransportOptions options, BoltCounters counters) {
    this.options = options;
    this.counters = counters;
    this.reader = new FrameReader(options);
  }

  /** A frame has come; the receiver owns it. */
  abstract void onFrame(Channel channel, BoltFrame frame);

  /**
   * A frame is larger than allowed and is skipped; it has no body.
   *
   * @param excess what it has too much of
   */
  abstract void onOversized(Channel channel, BoltFrame frame, String excess);

  /** What a heartbeat says of draining, see {@link DrainWord}; null if nothing or said before. */
  @Nullable String takeDrainWord() {
    return null;
  }

  /** A request of this end on its way out; unsealed, and another may take its place. */
  ByteBuf complete(ByteBuf request) {
    return request;
  }

  /** A call of this end had no response in time. */
  void onCallExpired() {}

  /** The last call of this end has ended, and it makes no more. Any thread. */
  void onLastCallEnded() {}

  /** The connection will close for a reason of ours. */
  void onBroken(String reason) {}

  /** The channel is known, and nothing has come of it. */
  void onAttached(Channel channel) {}

  /** Connects this handler with its channel; the first caller, loop or connecting thread, wins. */
  final synchronized void attach(Channel channel) {
    if (queue == null) {
      queue = new WriteQueue(channel, options.writeBufferBytes());
      onAttached(channel);
    }
  }

  /** Runs a task on the channel's loop, or here if the loop has ended. */
  static void onLoop(Channel channel, Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException loopHasEnded) {
      task.run();
    }
  }

  /**
   * Runs a task after a while, or earlier by less than a grid's width: many connections then wake
   * their loop once for all of them.
   */
  static ScheduledFuture<?> scheduleOnGrid(
      Channel channel, Runnable task, long nanos, long gridNanos) {
    long early = Math.floorMod(System.nanoTime() + nanos, gridNanos);
    return channel.eventLoop().schedule(task, Math.max(nanos - early, 1), TimeUnit.NANOSECONDS);
  }

  /** The connection's writes; there once attached. */
  public final WriteQueue queue() {
    WriteQueue attached = queue;
    if (attached == null) {
      throw new IllegalStateException("not attached to a channel");
    }
    return attached;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    attach(context.channel());
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    if (watching != null) {
      watching.cancel(false); // else it would hold the closed connection
    }
    UnfinishedFrames.end(share);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    queue().readStarted();
    super.channelRead(context, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    queue().readCompleted();
    watchFrame(context.channel());
    int unfinished = actualReadableBytes();
    if (share != null || unfinished > UnfinishedFrames.UNCOUNTED) {
      share(context.channel()).hold(frames, unfinished);
    }
    super.channelReadComplete(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int at = in.readerIndex();
    BoltFrame frame;
    try {
      frame = reader.read(in);
    } catch (MalformedFrameException e) {
      fail(context, in, at, e);
      return;
    }
    if (frame == null) {
      return;
    }
    frames++;
    String excess = reader.excess(frame);
    if (excess != null) {
      counters.report(BadInput.OVERSIZED, context.channel(), "skipping a frame: " + excess);
      onOversized(context.channel(), frame, excess);
    } else {
      onFrame(context.channel(), frame);
    }
  }

  private void fail(
      ChannelHandlerContext context, ByteBuf in, int at, MalformedFrameException problem) {
    counters.report(
        problem.what(),
        context.channel(),
        "closing the connection: "
            + problem.getMessage()
            + ", frame begins "
            + ByteBufUtil.hexDump(in, at, Math.min(in.writerIndex() - at, SHOWN_BYTES)));
    in.skipBytes(in.readableBytes());
    close(context.channel(), String.valueOf(problem.getMessage()));
  }

  private UnfinishedFrames.Share share(Channel channel) {
    UnfinishedFrames.Share known = share;
    if (known == null) {
      known = counters.unfinished().share(() -> onLoop(channel, () -> giveUp(channel)));
      share = known;
    }
    return known;
  }

  private void giveUp(Channel channel) {
    if (channel.isActive()) {
      String reason =
          "the unfinished frames of all connections hold more than "
              + counters.unfinished().most()
              + " bytes (duomesh.bolt.max-unfinished-size), and this one's is the oldest";
      counters.report(BadInput.UNFINISHED_FRAMES, channel, "closing the connection: " + reason);
      close(channel, reason);
    }
  }

  /** A frame has begun and is not there: it gets its time. One timer at most is running. */
  private void watchFrame(Channel channel) {
    if (watching == null && !broken && (actualReadableBytes() > 0 || reader.isSkipping())) {
      int seen = frames;
      watching =
          channel
              .eventLoop()
              .schedule(
                  () -> lookAtFrame(channel, seen),
                  options.bolt().frameTimeout().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  private void lookAtFrame(Channel channel, int seen) {
    watching = null;
    boolean slow = seen == frames && (actualReadableBytes() > 0 || reader.isSkipping());
    if (slow && channel.isActive() && channel.config().isAutoRead()) { // else it is we who wait
      String reason =
          "a frame did not end within "
              + options.bolt().frameTimeout().toMillis()
              + " ms (duomesh.bolt.frame-timeout)";
      counters.report(BadInput.SLOW_FRAME, channel, "closing the connection: " + reason);
      close(channel, reason);
    } else if (channel.isActive()) {
      watchFrame(channel);
    }
  }

  /** Closes the connection, whose bytes are not looked at any more. */
  final void close(Channel channel, String reason) {
    broken = true;
    onBroken(reason);
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (root instanceof ClosedChannelException) {
      return; // of a write: that the channel is closed says why
    }
    if (!(root instanceof IOException)) { // a broken connection or TLS is no fault of ours
      LOG.warn("closing connection with {}", context.channel().remoteAddress(), root);
    }
    close(
        context.channel(),
        root instanceof SSLException
            ? Connector.told(root)
            : root instanceof IOException && root.getMessage() != null
                ? root.getMessage()
                : root.toString());
  }
}
