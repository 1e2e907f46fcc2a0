package io.duomesh.transport.triple;

import io.duomesh.transport.netty.WriteQueue;
import io.netty.channel.Channel;

/** Something short to do on the loop, in order with the writes. */
final class Action extends WriteQueue.Command {
  private final Runnable action;
  private final Runnable rejected;

  /** An action that is left undone once the loop has ended. */
  Action(Runnable action) {
    this(action, () -> {});
  }

  /**
   * An action.
   *
   * @param rejected what to do instead once the loop has ended
   */
  Action(Runnable action, Runnable rejected) {
    this.action = action;
    this.rejected = rejected;
  }

  @Override
  protected int bytes() {
    return 0;
  }

  @Override
  protected void run(Channel channel) {
    action.run();
  }

  @Override
  protected void reject() {
    rejected.run();
  }
}
