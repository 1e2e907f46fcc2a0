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
 * no call is open and nothing has come or gone for a moment. Since a busy peer pauses shortly or
 * never, the moment becomes ever shorter in the second half of the time. Owned by an event loop.
 */
final class ServerDrain implements Runnable {
  /** Longer than a request is on its way in one data centre. */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A peer that was told sends what it has begun and no more, so that the pause may be longer. */
  private static final long TOLD_QUIET_NANOS = 3 * QUIET_NANOS;

  /** Where no request has come yet, the first one says whether its peer must be told. */
  private static final long FIRST_REQUEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * How often the moment is halved, to 0.8 ms: SOFABolt hands answers to a pool and loses those
   * that are there when the connection ends.
   */
  private static final int HALVINGS = 7;

  private final Channel channel;
  private final BooleanSupplier idle;
  private final long begun = System.nanoTime();
  private long quietNanos;
  private long half; // how long half of the time is; 0 in the first
  private long last = begun; // when something came, or the last answer went
  private boolean peerCloses;
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
    this.quietNanos = used ? QUIET_NANOS : FIRST_REQUEST_NANOS;
  }

  /**
   * Tells the peer, which is known to understand it.
   *
   * @param closes whether it closes the connection itself
   */
  void tell(boolean closes) {
    peerCloses = closes;
    quietNanos = TOLD_QUIET_NANOS;
    channel.writeAndFlush(DrainWord.goAway(channel.alloc()), channel.voidPromise());
  }

  /** Something has come. */
  void onRead() {
    last = System.nanoTime();
  }

  /** No call is open. */
  void onIdle() {
    last = System.nanoTime();
    look(last);
  }

  /** Half of the time is over, and the connection is still there. */
  void onHalfTime() {
    half = Math.max(1, System.nanoTime() - begun);
  }

  private void look(long now) {
    if (!looking && !peerCloses) {
      looking = true;
      channel
          .eventLoop()
          .schedule(this, Math.max(0, last + quiet(now) - now), TimeUnit.NANOSECONDS);
    }
  }

  /** How long nothing may come or go before the connection closes. */
  private long quiet(long now) {
    if (half == 0) {
      return quietNanos;
    }
    return QUIET_NANOS >> Math.min(HALVINGS, HALVINGS * (now - begun - half) / half);
  }

  /** Closes if all was quiet. */
  @Override
  public void run() {
    looking = false;
    if (!idle.getAsBoolean() || peerCloses) {
      return;
    }
    long now = System.nanoTime();
    if (now - last < quiet(now)) {
      look(now);
    } else { // what was answered leaves first
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
