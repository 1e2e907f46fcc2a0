package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.netty.Connector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a client's Bolt connection: connects, beats, drains, closes, and hands on what comes.
 * Its state is its event loop's.
 */
final class BoltClientConnection extends BoltConnection implements ClientTransport {
  private static final Logger LOG = LoggerFactory.getLogger(BoltClientConnection.class);

  private final ConnectSpec spec;
  private final Listener listener;

  // there once attached
  private Channel channel;
  private OutboundCalls calls;

  // the loop's
  private @Nullable ClientHeartbeat heartbeat;
  private @Nullable String drainWord; // until it is said
  private @Nullable Callbacks callbacks; // with the first
  private boolean connected;
  private boolean draining;
  private boolean closed;
  private String reason = "";

  @SuppressWarnings("NullAway.Init") // the channel comes with connect, before anything is called
  private BoltClientConnection(ConnectSpec spec, Listener listener) {
    super(spec.transports().options(), BoltCounters.of(spec.transports()));
    this.spec = spec;
    this.listener = listener;
  }

  /** Starts to connect. */
  static BoltClientConnection connect(ConnectSpec spec, Listener listener) {
    BoltClientConnection connection = new BoltClientConnection(spec, listener);
    ChannelFuture connecting = Connector.connect(spec, List.of(), connection);
    connection.attach(connecting.channel());
    connecting.addListener(done -> connection.onConnected(connecting));
    return connection;
  }

  @Override
  void onAttached(Channel newChannel) {
    channel = newChannel;
    calls =
        new OutboundCalls(
            this,
            newChannel,
            spec.address(),
            BoltMethods.of(spec.transports()),
            spec.serialization());
  }

  // ---- any thread

  @Override
  public ClientStream newStream(Invocation invocation, ClientStream.Listener streamListener) {
    return calls.newStream(invocation, streamListener);
  }

  @Override
  public int activeStreams() {
    return calls.activeStreams();
  }

  @Override
  public boolean acceptsStreams() {
    return calls.acceptsStreams();
  }

  @Override
  public boolean isReady() {
    return calls.isReady();
  }

  @Override
  public @Nullable SocketAddress peer() {
    return calls.peer();
  }

  @Override
  public void drain() {
    onLoop(
        () -> {
          because(" is draining: drained by this side");
          startDraining();
        });
  }

  @Override
  public void close() {
    onLoop(() -> close(channel, "closed by this side"));
  }

  @Override
  void onLastCallEnded() {
    onLoop(this::closeIfDrained);
  }

  private void onLoop(Runnable task) {
    onLoop(channel, task);
  }

  // ---- the loop

  private void onConnected(ChannelFuture done) {
    if (!done.isSuccess()) {
      closed(reason.isEmpty() ? Connector.reason(spec, done.cause()) : reason);
      return;
    }
    if (closed) {
      return;
    }
    connected = true;
    drainWord = DrainWord.text(channel.localAddress());
    heartbeat = ClientHeartbeat.start(this, channel, options.bolt());
    calls.start();
    listener.onReady();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    calls.sendWaiting();
    super.channelWritabilityChanged(context);
  }

  @Override
  ByteBuf complete(ByteBuf request) {
    String word = drainWord;
    if (word == null) {
      return request;
    }
    int length = request.readableBytes();
    ByteBuf said = DrainWord.add(request, options.bolt().frames(), word, channel.alloc());
    drainWord = said.readableBytes() == length ? word : null; // had it no room, the next one has
    return said;
  }

  @Override
  @Nullable String takeDrainWord() {
    String word = drainWord;
    drainWord = null;
    return word;
  }

  @Override
  void onFrame(Channel from, BoltFrame frame) {
    ClientHeartbeat beats = heartbeat;
    if (frame.command() == BoltFrame.HEARTBEAT && frame.type() == BoltFrame.RESPONSE) {
      frame.release();
      if (beats != null) {
        beats.onAnswer();
      }
      return;
    }
    if (beats != null) {
      beats.onRead();
    }
    if (frame.type() == BoltFrame.RESPONSE) {
      calls.onResponse(frame);
      return;
    }
    if (frame.command() == BoltFrame.CALL) {
      callbacks().onCall(from, frame);
      return;
    }
    frame.release();
    if (frame.command() == BoltFrame.GO_AWAY) {
      calls.turnAway(because(" is draining: " + spec.address() + " asked for no more calls"));
      startDraining();
    } else if (frame.command() == BoltFrame.HEARTBEAT) {
      from.writeAndFlush(Replies.beat(frame), from.voidPromise());
    }
  }

  private Callbacks callbacks() {
    Callbacks known = callbacks;
    if (known == null) {
      known = new Callbacks(this, this, spec.transports().callbacks());
      callbacks = known;
    }
    return known;
  }

  @Override
  void onOversized(Channel from, BoltFrame frame, String excess) {
    if (frame.type() == BoltFrame.RESPONSE && frame.command() != BoltFrame.HEARTBEAT) {
      calls.onOversized(frame, excess);
    } else if (frame.command() == BoltFrame.CALL) {
      InboundCalls.refuseOversized(from, frame, excess);
    }
  }

  @Override
  void onCallExpired() {
    if (heartbeat != null) {
      heartbeat.onSuspicion();
    }
  }

  @Override
  void onBroken(String why) {
    because(": " + why);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    if (connected) {
      closed(because(" was closed by the peer"));
    }
  }

  /** Why the connection ends: the first reason counts. */
  private String because(String why) {
    if (reason.isEmpty()) {
      reason = "connection to " + spec.address() + why;
    }
    return reason;
  }

  private void closed(String why) {
    if (closed) {
      return;
    }
    closed = true;
    if (heartbeat != null) {
      heartbeat.stop();
    }
    if (callbacks != null) {
      callbacks.cancelAll();
    }
    calls.endAll(why);
    queue().drain();
    listener.onClosed(why, connected);
  }

  private void startDraining() {
    if (!draining && !closed) {
      draining = true;
      calls.refuse(reason);
      listener.onDraining();
      calls.endWaiting();
      closeIfDrained();
    }
  }

  private void closeIfDrained() {
    if (draining && !closed && calls.activeStreams() == 0) {
      LOG.debug("closing drained connection to {}", spec.address());
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
