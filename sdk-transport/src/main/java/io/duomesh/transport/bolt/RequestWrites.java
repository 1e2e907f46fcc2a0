package io.duomesh.transport.bolt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;

/**
 * Which requests of a connection the kernel has taken whole: the promise of all their writes, so
 * that none needs its own. Netty completes writes in their order, which is that of the ids, so that
 * the last id says everything. A request of which a byte is missing has not been processed by any
 * peer: its frame never ended. Confined to the channel's loop.
 */
final class RequestWrites extends DefaultChannelPromise {
  private int last;
  private boolean failed;
  private boolean unsure;

  RequestWrites(Channel channel) {
    super(channel);
  }

  /** The id that follows another; never 0, which is the id of calls that were not written. */
  static int next(int id) {
    return id == -1 ? 1 : id + 1;
  }

  /** Whether a request that was written may have left whole. */
  boolean mayHaveLeft(int id) {
    return unsure || id - last <= 0;
  }

  /** A request has left. It never completes: others follow. */
  @Override
  public boolean trySuccess(Void result) {
    unsure |= failed; // not in order: which one failed is not known
    last = next(last);
    return true;
  }

  @Override
  public ChannelPromise setSuccess(Void result) {
    trySuccess(result);
    return this;
  }

  /** A request was not written, which is the end of its connection. */
  @Override
  public boolean tryFailure(Throwable cause) {
    if (!failed) {
      failed = true;
      channel().pipeline().fireExceptionCaught(cause);
    }
    return true;
  }

  @Override
  public ChannelPromise setFailure(Throwable cause) {
    tryFailure(cause);
    return this;
  }

  @Override
  public boolean setUncancellable() {
    return true;
  }
}
