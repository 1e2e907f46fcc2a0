package io.duomesh.transport.bolt;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How a connection ends when its server stops. A peer that is known to understand it is told to go
 * away; everything is still answered. Our own clients then close once nothing of theirs is open, a
 * MOSN leaves that to its server, and stock peers know no such word: their connection closes when
 * no call is open and nothing has come for a moment. Owned by an event loop.
 */
final class ServerDrain implements Runnable {
  /** Longer than a request is on its way in one data centre. */
  private static final long QUIET_MILLIS = 100;

  /** Where no request has come yet, the first one says whether its peer must be told. */
  private static final long FIRST_REQUEST_MILLIS = 1_000;

  private final Channel channel;
  private final BooleanSupplier idle;
  private final long quietMillis;
  private boolean peerCloses;
  private boolean read;
  private boolean looking;

  /**
   * A drain that has begun.
   *
   * @param idle whether no call is open
   * @param used whether a request has ever come
   */
  ServerDrain(Channel channel, BooleanSupplier idle, boolean used) {
    this.channel = channel;
    this.idle = idle;
    this.quietMillis = used ? QUIET_MILLIS : FIRST_REQUEST_MILLIS;
  }

  /**
   * Tells the peer, which is known to understand it.
   *
   * @param closes whether it closes the connection itself
   */
  void tell(boolean closes) {
    peerCloses = closes;
    channel.writeAndFlush(DrainWord.goAway(channel.alloc()), channel.voidPromise());
  }

  /** Something has come. */
  void onRead() {
    read = true;
  }

  /** No call is open. */
  void onIdle() {
    if (!looking && !peerCloses) {
      looking = true;
      read = false;
      channel.eventLoop().schedule(this, quietMillis, TimeUnit.MILLISECONDS);
    }
  }

  /** Closes if all was quiet. */
  @Override
  public void run() {
    looking = false;
    if (!idle.getAsBoolean() || peerCloses) {
      return;
    }
    if (read) {
      onIdle();
    } else { // what was answered leaves first
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
