package io.duomesh.transport.triple;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;

/**
 * A server's goodbye in two steps (RFC 9113, 6.8): a first GOAWAY asks for no new streams but takes
 * those under way; once a PING has gone round, a second one names the last stream taken. The
 * connection closes with its last stream. Confined to the loop.
 */
final class GoAwaySequence {
  private static final long PING = 0x97acef001L;
  private static final long PING_SECONDS = 5;

  private final TripleServerHandler handler;
  private final Channel channel;
  private Step step = Step.NONE;

  private enum Step {
    NONE,
    ASKED,
    LAST
  }

  GoAwaySequence(TripleServerHandler handler, Channel channel) {
    this.handler = handler;
    this.channel = channel;
  }

  void start() {
    if (step != Step.NONE) {
      return;
    }
    step = Step.ASKED;
    goAway(Integer.MAX_VALUE);
    ChannelHandlerContext context = handler.context();
    handler.encoder().writePing(context, false, PING, context.newPromise());
    context.flush();
    channel.eventLoop().schedule(this::last, PING_SECONDS, TimeUnit.SECONDS);
  }

  void pong(long content) {
    if (content == PING && step == Step.ASKED) {
      last();
    }
  }

  /** A stream has ended; after the last one the connection closes. */
  void streamClosed() {
    if (step == Step.LAST) {
      closeIfDone();
    }
  }

  private void last() {
    if (step == Step.ASKED && channel.isActive()) {
      step = Step.LAST;
      goAway(handler.connection().remote().lastStreamCreated());
      handler.context().flush();
      closeIfDone();
    }
  }

  private void closeIfDone() {
    if (handler.connection().numActiveStreams() == 0) {
      // later: the last answer may be on its way through the handler
      channel
          .eventLoop()
          .execute(
              () -> {
                channel.flush();
                channel.close();
              });
    }
  }

  private void goAway(int lastStream) {
    ChannelHandlerContext context = handler.context();
    handler.goAway(context, lastStream, 0, Unpooled.EMPTY_BUFFER, context.newPromise());
  }
}
