package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.DrainEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

  /** Services are defined once; whoever defines them per call must not fill the memory. */
  private static final int MOST_SERVICES = 1024;

  private final ServerTransport.Listener listener;
  private final long idleMillis;

  // with the first call: most connections of a large pool have none for a long time
  private @Nullable IdentityHashMap<ServiceDefinition, ContentCodec> codecs;
  private RequestHead.@Nullable Cache heads;
  private @Nullable BoltServerStream first; // open calls, linked
  private int open;
  private int silentTicks;
  private int estimate = 256; // a hint that threads may overwrite for each other
  private boolean peerDrains; // it said so
  private @Nullable ServerDrain drain; // once it has begun

  BoltServerConnection(
      TransportOptions options, BoltCounters counters, ServerTransport.Listener listener) {
    super(options, counters);
    this.listener = listener;
    this.idleMillis = options.bolt().idleTimeout().toMillis();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    super.handlerAdded(context);
    tickLater(context.channel());
  }

  private void tickLater(Channel channel) {
    channel
        .eventLoop()
        .schedule(() -> tick(channel), Math.max(1, idleMillis / IDLE_TICKS), TimeUnit.MILLISECONDS);
  }

  private void tick(Channel channel) {
    if (!channel.isActive()) {
      return;
    }
    if (open == 0 && ++silentTicks > IDLE_TICKS) {
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
    super.channelWritabilityChanged(context);
  }

  @Override
  void onFrame(Channel channel, BoltFrame frame) {
    if (frame.type() == BoltFrame.RESPONSE || frame.command() == BoltFrame.GO_AWAY) {
      frame.release(); // nothing of ours waits for it
    } else if (frame.command() == BoltFrame.HEARTBEAT) {
      if (!peerDrains && frame.headerLength() > 0) {
        learnToDrain(channel, DrainWord.in(frame.headerBytes()));
      }
      frame.release();
      ByteBuf out = channel.alloc().directBuffer(32);
      frame.writeResponseHead(out, frame.codec(), BoltStatus.SUCCESS, 0, 0, 0);
      frame.finishResponse(out);
      channel.writeAndFlush(out, channel.voidPromise());
    } else {
      call(channel, frame);
    }
  }

  private void call(Channel channel, BoltFrame frame) {
    RequestHead head;
    try {
      head = heads().get(frame);
    } catch (HeaderMap.MalformedException e) {
      frame.release();
      counters.report(BadInput.HEADER_MAP, channel, "refusing a request: " + e.getMessage());
      refuse(channel, frame, Status.remote(Code.INVALID_ARGUMENT, e.toString()));
      return;
    }
    if (!peerDrains) {
      learnToDrain(channel, head.drainAddress());
    }
    if (open >= options.maxConcurrentStreams()) {
      frame.release();
      refuse(channel, frame, busy());
      return;
    }
    BoltServerStream stream = new BoltServerStream(this, channel, frame, head);
    link(stream);
    try {
      listener.onStream(stream);
    } catch (RuntimeException e) {
      LOG.error("call of {} failed before its service was found", head.serviceText(), e);
      stream.close(Status.remote(Code.INTERNAL, e.toString()), Metadata.EMPTY);
    }
    stream.expireIn(DeadlineWheel.of(channel.eventLoop()));
    stream.deliver();
  }

  private RequestHead.Cache heads() {
    RequestHead.Cache known = heads;
    if (known == null) {
      known = new RequestHead.Cache();
      heads = known;
    }
    return known;
  }

  private Status busy() {
    return Status.remote(
            Code.RESOURCE_EXHAUSTED,
            "more than " + options.maxConcurrentStreams() + " calls open on one connection")
        .withUnprocessed(true);
  }

  private static void refuse(Channel channel, BoltFrame frame, Status status) {
    if (frame.type() == BoltFrame.REQUEST) {
      channel.writeAndFlush(Replies.error(frame, status), channel.voidPromise());
    }
  }

  @Override
  void onOversized(Channel channel, BoltFrame frame) {
    if (frame.command() != BoltFrame.HEARTBEAT) {
      refuse(
          channel,
          frame,
          Status.remote(
              Code.INVALID_ARGUMENT,
              "request of "
                  + frame.contentLength()
                  + " bytes (expected: at most "
                  + options.maxMessageBytes()
                  + ")"));
    }
  }

  /** Hessian for the calls of a service. On the loop. */
  ContentCodec hessian(ServiceDefinition service) {
    IdentityHashMap<ServiceDefinition, ContentCodec> known = codecs;
    if (known == null || known.size() > MOST_SERVICES) {
      known = new IdentityHashMap<>(4);
      codecs = known;
    }
    return known.computeIfAbsent(service, s -> Contents.hessian(s, options));
  }

  /** Encodes a result. Any thread. */
  ByteBuf result(
      BoltFrame frame,
      ContentCodec codec,
      ServerMethod method,
      @Nullable Object message,
      Metadata user) {
    int expected = estimate;
    ByteBuf out =
        Replies.result(frame, codec, method, message, user, expected, options.maxMessageBytes());
    estimate = Math.max(out.readableBytes(), expected - (expected >> 3));
    return out;
  }

  /** Writes a call's answer, if it has one, and forgets the call. On the loop. */
  void finish(Channel channel, BoltServerStream stream, @Nullable ByteBuf reply) {
    if (reply != null) {
      channel.write(reply, channel.voidPromise());
    }
    stream.forget(DeadlineWheel.of(channel.eventLoop()));
    unlink(stream);
    if (drain != null && open == 0) {
      drain.onIdle();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event == DrainEvent.INSTANCE) {
      startDraining(context.channel());
    } else {
      super.userEventTriggered(context, event);
    }
  }

  private void startDraining(Channel channel) {
    if (drain != null) {
      return;
    }
    drain = new ServerDrain(channel, () -> open == 0, heads != null);
    if (peerDrains || isKnownToDrain(channel)) {
      drain.tell(peerDrains);
    }
    if (open == 0) {
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
    for (BoltServerStream stream = first; stream != null; stream = stream.after()) {
      stream.cancelled();
    }
  }

  private void link(BoltServerStream stream) {
    open++;
    stream.link(null, first);
    if (first != null) {
      first.link(stream, first.after());
    }
    first = stream;
  }

  private void unlink(BoltServerStream stream) {
    open--;
    BoltServerStream before = stream.before();
    BoltServerStream after = stream.after();
    if (before == null) {
      first = after;
    } else {
      before.link(before.before(), after);
    }
    if (after != null) {
      after.link(before, after.after());
    }
  }
}
