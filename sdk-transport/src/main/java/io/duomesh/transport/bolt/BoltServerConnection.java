package io.duomesh.transport.bolt;

import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.DrainEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's Bolt connection. Heartbeats are answered on its event loop, where also its open calls
 * are kept. While a peer does not take its answers, nothing more is read from it.
 */
final class BoltServerConnection extends BoltConnection {
  private static final Logger LOG = LoggerFactory.getLogger(BoltServerConnection.class);

  /** Looks at a connection in the time that it may be silent. */
  private static final int IDLE_TICKS = 3;

  /** Of the time between two looks: those of other connections due within it come together. */
  private static final int GRID = 64;

  private final ServerTransport.Listener listener;
  private final BoltMethods methods;
  private final long idleNanos;

  private @Nullable InboundCalls calls; // with the first
  private @Nullable OutboundCalls back; // with the first that comes
  private int silentTicks;
  private boolean peerDrains; // it said so
  private @Nullable ServerDrain drain; // once it has begun
  private @Nullable Future<?> ticking;

  BoltServerConnection(
      TransportOptions options,
      BoltCounters counters,
      BoltMethods methods,
      ServerTransport.Listener listener) {
    super(options, counters);
    this.methods = methods;
    this.listener = listener;
    this.idleNanos = options.bolt().idleTimeout().toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    super.handlerAdded(context);
    tickLater(context.channel());
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    super.handlerRemoved0(context);
    if (ticking != null) {
      ticking.cancel(false); // else it would hold the closed connection
    }
  }

  private void tickLater(Channel channel) {
    long nanos = Math.max(idleNanos / IDLE_TICKS, GRID);
    ticking = scheduleOnGrid(channel, () -> tick(channel), nanos, nanos / GRID);
  }

  private void tick(Channel channel) {
    if (!channel.isActive()) {
      return;
    }
    if (open() == 0 && ++silentTicks > IDLE_TICKS) {
      LOG.debug("closing idle connection from {}", channel.remoteAddress());
      channel.close();
    } else {
      tickLater(channel);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    silentTicks = 0;
    if (drain != null) {
      drain.onRead();
    }
    super.channelRead(context, message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    context.channel().config().setAutoRead(context.channel().isWritable());
    if (back != null) {
      back.sendWaiting();
    }
    super.channelWritabilityChanged(context);
  }

  @Override
  void onFrame(Channel channel, BoltFrame frame) {
    if (frame.type() == BoltFrame.RESPONSE && frame.command() != BoltFrame.HEARTBEAT) {
      back(channel).onResponse(frame);
    } else if (frame.type() == BoltFrame.RESPONSE || frame.command() == BoltFrame.GO_AWAY) {
      frame.release(); // nothing of ours waits for it
    } else if (frame.command() == BoltFrame.HEARTBEAT) {
      if (!peerDrains && frame.headerLength() > 0) {
        learnToDrain(channel, DrainWord.in(frame.headerBytes()));
      }
      frame.release();
      channel.writeAndFlush(Replies.beat(frame), channel.voidPromise());
    } else {
      call(channel, frame);
    }
  }

  private OutboundCalls back(Channel channel) {
    OutboundCalls known = back;
    if (known == null) {
      String peer = String.valueOf(channel.remoteAddress());
      known = new OutboundCalls(this, channel, peer, methods, null);
      known.start();
      back = known;
    }
    return known;
  }

  private int open() {
    return calls == null ? 0 : calls.open();
  }

  private void call(Channel channel, BoltFrame frame) {
    InboundCalls inbound = calls;
    if (inbound == null) {
      inbound = new InboundCalls(this, listener, back(channel), this::onIdle);
      calls = inbound;
    }
    RequestHead head = inbound.head(channel, frame);
    if (head == null) {
      return;
    }
    if (!peerDrains) {
      learnToDrain(channel, head.drainAddress());
    }
    inbound.serve(channel, frame, head);
  }

  private void onIdle() {
    if (drain != null) {
      drain.onIdle();
    }
  }

  @Override
  void onOversized(Channel channel, BoltFrame frame, String excess) {
    if (frame.command() == BoltFrame.HEARTBEAT || frame.command() == BoltFrame.GO_AWAY) {
      return; // nobody sends such
    }
    if (frame.type() == BoltFrame.RESPONSE) {
      back(channel).onOversized(frame, excess);
    } else {
      InboundCalls.refuseOversized(channel, frame, excess);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event == DrainEvent.START) {
      startDraining(context.channel());
    } else if (event == DrainEvent.HALF_TIME && drain != null) {
      drain.onHalfTime();
    } else {
      super.userEventTriggered(context, event);
    }
  }

  private void startDraining(Channel channel) {
    if (drain != null) {
      return;
    }
    drain = new ServerDrain(channel, () -> open() == 0, calls != null);
    if (peerDrains || isKnownToDrain(channel)) {
      drain.tell(peerDrains);
    }
    if (open() == 0) {
      drain.onIdle();
    }
  }

  private boolean isKnownToDrain(Channel channel) {
    Set<String> known = options.bolt().drainPeers();
    return known.contains("*")
        || channel.remoteAddress() instanceof InetSocketAddress peer
            && known.contains(DrainWord.host(peer.getAddress()));
  }

  private void learnToDrain(Channel channel, @Nullable String said) {
    if (said != null && said.equals(DrainWord.text(channel.remoteAddress()))) {
      peerDrains = true;
      if (drain != null) {
        drain.tell(true);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    if (calls != null) {
      calls.cancelAll();
    }
    if (back != null) {
      back.endAll("the connection of " + context.channel().remoteAddress() + " is gone");
    }
  }
}
