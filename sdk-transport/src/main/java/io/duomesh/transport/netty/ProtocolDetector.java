package io.duomesh.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First handler of a server connection, behind TLS: waits for enough bytes to tell the protocol,
 * then gives its place to the protocol's handlers. Closes what no protocol knows, what begins and
 * does not go on in time, and what says nothing for as long as Bolt's clients may: theirs are made
 * ahead of calls, and beat first after 15 s. One per connection.
 */
public final class ProtocolDetector extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(ProtocolDetector.class);
  private static final Seldom UNKNOWN = new Seldom();
  private static final Seldom BROKEN = new Seldom();
  private static final Seldom SILENT = new Seldom();
  private static final int SHOWN_BYTES = 24;

  /** How long a connection may go on saying nothing when its server stops. */
  private static final long DRAIN_MILLIS = 1_000;

  private final List<ServerProtocol> protocols;
  private final Duration timeout;
  private final Duration silence;
  private @Nullable Future<?> timer;
  private boolean begun;
  private boolean draining;

  /**
   * A detector.
   *
   * @param protocols asked in order
   * @param timeout how long the first bytes may take once they have begun
   * @param silence how long a connection may say nothing at all; TLS has a limit of its own
   */
  public ProtocolDetector(List<ServerProtocol> protocols, Duration timeout, Duration silence) {
    this.protocols = protocols;
    this.timeout = timeout;
    this.silence = silence;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    expireIn(context, silence);
  }

  private void expireIn(ChannelHandlerContext context, Duration limit) {
    if (timer != null) {
      timer.cancel(false);
    }
    timer =
        context
            .executor()
            .schedule(() -> expire(context, limit), limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    boolean undecided = false;
    for (ServerProtocol protocol : protocols) {
      switch (protocol.match(in)) {
        case YES -> {
          protocol.install(context.pipeline());
          context.pipeline().remove(this);
          if (draining) {
            context.pipeline().fireUserEventTriggered(DrainEvent.START);
          }
          return;
        }
        case MORE -> undecided = true;
        case NO -> {}
      }
    }
    if (!undecided) {
      String end = UNKNOWN.end();
      if (end != null) {
        LOG.warn(
            "closing connection from {}: first bytes {} are no protocol known here (expected: Bolt,"
                + " HTTP/2, HTTP/1.1, or TLS where configured){}",
            context.channel().remoteAddress(),
            ByteBufUtil.hexDump(in, in.readerIndex(), Math.min(in.readableBytes(), SHOWN_BYTES)),
            end);
      }
      in.skipBytes(in.readableBytes());
      context.close();
    } else if (!begun) {
      begun = true;
      expireIn(context, timeout);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == DrainEvent.START) {
      draining = true; // what was asked may still be on its way
      context
          .executor()
          .schedule(
              () -> expire(context, Duration.ofMillis(DRAIN_MILLIS)),
              DRAIN_MILLIS,
              TimeUnit.MILLISECONDS);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    String end = BROKEN.end();
    if (end != null) {
      LOG.info(
          "closing connection from {} before its first bytes: {}{}",
          context.channel().remoteAddress(),
          cause.toString(),
          end);
    }
    context.close();
  }

  private void expire(ChannelHandlerContext context, Duration limit) {
    if (!context.isRemoved()) {
      String end = draining ? null : SILENT.end();
      if (end != null) {
        LOG.info(
            "closing connection from {}: it has {} within {} ms{}",
            context.channel().remoteAddress(),
            begun ? "not said what it speaks" : "said nothing",
            limit.toMillis(),
            end);
      }
      context.close();
    }
  }
}
