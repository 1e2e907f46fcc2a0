package io.duomesh.transport.bolt;

import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ServerTransport;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A server's calls to its client, as the client sees them: served where the runtime serves
 * callbacks, refused elsewhere. Owned by the connection's event loop.
 */
final class Callbacks {
  private final BoltConnection connection;
  private final ClientTransport back;
  private final ServerTransport.@Nullable Listener services;
  private @Nullable InboundCalls calls; // with the first

  /**
   * Callbacks of a connection.
   *
   * @param back calls in the other direction, which a service may make
   * @param services who serves them; null for nobody
   */
  Callbacks(
      BoltConnection connection,
      ClientTransport back,
      ServerTransport.@Nullable Listener services) {
    this.connection = connection;
    this.back = back;
    this.services = services;
  }

  /** A call has come; owns its frame. */
  void onCall(Channel from, BoltFrame frame) {
    if (services == null) {
      frame.release();
      if (frame.type() == BoltFrame.REQUEST) {
        from.writeAndFlush(Replies.bare(frame, BoltStatus.NO_PROCESSOR), from.voidPromise());
      }
      return;
    }
    InboundCalls inbound = calls;
    if (inbound == null) {
      inbound = new InboundCalls(connection, services, back, () -> {});
      calls = inbound;
    }
    RequestHead head = inbound.head(from, frame);
    if (head != null) {
      inbound.serve(from, frame, head);
    }
  }

  /** The connection is gone. */
  void cancelAll() {
    if (calls != null) {
      calls.cancelAll();
    }
  }
}
