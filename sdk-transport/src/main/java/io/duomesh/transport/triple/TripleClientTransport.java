package io.duomesh.transport.triple;

import io.duomesh.Invocation;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.Outcome;
import io.duomesh.transport.netty.Connector;
import io.duomesh.transport.netty.DeadlineWheel;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection of a client. It stands once the peer's settings have come. Calls that
 * cannot be opened yet (still connecting, or the peer's limit of streams is reached) wait here,
 * bounded in number, within their deadlines. State is the loop's; the volatile fields mirror it.
 *
 * <p>A call whose client sends one message is opened by that message, others at once.
 */
final class TripleClientTransport implements ClientTransport, TripleClientHandler.Events {
  /** Calls that may wait for a connection or a stream. */
  private static final int MAX_WAITING = 10_000;

  private final ConnectSpec spec;
  private final Listener listener;
  private final ClientMethods methods;
  private final TripleClientHandler handler;
  private final Channel channel;
  private final WriteQueue queue;
  private final KeepAlive keepAlive;
  private final AtomicInteger active = new AtomicInteger();
  private final Deque<TripleClientStream> waiting = new ArrayDeque<>();

  private volatile boolean ready;
  private volatile boolean draining;
  private volatile boolean closed;
  private int waitingLive;
  private boolean opening;
  private int lastStream = Integer.MAX_VALUE;
  private String goAwayReason = "";
  private String closeReason = "";

  private TripleClientTransport(ConnectSpec spec, Listener listener) {
    this.spec = spec;
    this.listener = listener;
    this.methods = new ClientMethods(spec);
    this.keepAlive = new KeepAlive(spec, this);
    this.handler =
        (TripleClientHandler)
            Http2Limits.client(
                spec.transports().options(),
                (decoder, encoder, settings) ->
                    new TripleClientHandler(decoder, encoder, settings, this));
    // from here on the loop may call in, before the fields below are set; none of what it then
    // calls
    // uses them until a caller has added a stream
    ChannelFuture connected = Connector.connect(spec, List.of("h2"), handler);
    this.channel = connected.channel();
    this.queue = new WriteQueue(channel, spec.transports().options().writeBufferBytes());
    connected.addListener(
        done -> {
          if (done.isSuccess()) {
            connected();
          } else {
            closed(done.cause());
          }
        });
  }

  /** Starts to connect. */
  static TripleClientTransport connect(ConnectSpec spec, Listener listener) {
    return new TripleClientTransport(spec, listener);
  }

  // Any thread.

  @Override
  public ClientStream newStream(Invocation invocation, ClientStream.Listener streamListener) {
    active.incrementAndGet();
    ClientMethod method;
    try {
      method = methods.of(invocation.method());
    } catch (IllegalArgumentException e) {
      TripleClientStream broken =
          new TripleClientStream(this, invocation, methods.unusable(e), streamListener);
      broken.fail(Status.local(Status.Code.INTERNAL, invocation.method() + ": " + e.getMessage()));
      return broken;
    }
    TripleClientStream stream = new TripleClientStream(this, invocation, method, streamListener);
    if (!acceptsStreams()) {
      stream.fail(refusal());
    } else if (!stream.type().clientSendsOne()) {
      submit(stream);
    }
    return stream;
  }

  @Override
  public int activeStreams() {
    return active.get();
  }

  @Override
  public boolean acceptsStreams() {
    return !draining && !closed;
  }

  @Override
  public boolean isReady() {
    return ready && !draining && !closed;
  }

  @Override
  public @Nullable SocketAddress peer() {
    return channel.remoteAddress();
  }

  @Override
  public void drain() {
    submit(new Action(0, () -> drain("drained by this side"), () -> {}));
  }

  @Override
  public void close() {
    submit(
        new Action(
            0,
            () -> {
              draining = true;
              shut("closed by this side");
            },
            () -> {}));
  }

  void submit(WriteQueue.Command command) {
    queue.add(command);
  }

  boolean isFull() {
    return queue.isFull();
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  int maxMessageBytes() {
    String own = spec.attributes().get(ConnectSpec.MAX_MESSAGE_BYTES);
    return own == null ? spec.transports().options().maxMessageBytes() : Integer.parseInt(own);
  }

  String peerName() {
    return spec.address();
  }

  /** The end of a call that more bytes or calls wait for than may. */
  Status full() {
    return Status.local(
            Status.Code.UNAVAILABLE,
            "connection to " + peerName() + " has too much waiting to be sent (" + waitsFor() + ")")
        .withFlag(ResponseFlag.UO);
  }

  /** The end of a call that this connection does not take. */
  Status refusal() {
    boolean never = closed && !ready;
    String why = !closeReason.isEmpty() ? closeReason : goAwayReason;
    return Status.transport(
            Status.Code.UNAVAILABLE,
            never ? why : "connection to " + peerName() + " takes no calls: " + why)
        .withFlag(never ? ResponseFlag.UF : ResponseFlag.UC)
        .withUnprocessed(true);
  }

  // The loop.

  DeadlineWheel wheel() {
    return handler.wheel();
  }

  /** Opens a call now or later; false if it has ended instead. */
  boolean open(TripleClientStream stream) {
    if (draining || closed) {
      stream.end(Outcome.of(refusal()));
    } else if (ready && waitingLive == 0 && handler.canOpen()) {
      stream.start(handler);
      keepAlive.callOpened();
    } else if (waitingLive >= MAX_WAITING) {
      stream.end(Outcome.of(full()));
    } else {
      stream.waiting = true;
      waiting.add(stream);
      waitingLive++;
    }
    return !stream.isEnded();
  }

  void write(Http2Stream stream, ByteBuf message, boolean end) {
    handler.write(stream, message, end);
  }

  void consumed(Http2Stream stream, int bytes) {
    handler.consumed(stream, bytes);
  }

  /** Lets go of a stream whose call has ended; a reset tells the peer where it is not over. */
  void abandon(Http2Stream stream, boolean answered) {
    if (!answered || stream.state().localSideOpen()) {
      handler.reset(stream, Http2Error.CANCEL);
      channel.flush();
    }
  }

  void ended(TripleClientStream stream) {
    if (stream.waiting) {
      waitingLive--;
      if (waiting.size() > 2 * waitingLive + 64) {
        waiting.removeIf(TripleClientStream::isEnded);
      }
    }
    if (active.decrementAndGet() == 0 && draining) {
      shut("drained");
    }
  }

  /** Why a stream ended that was not answered. */
  Status lost(int streamId) {
    if (streamId > lastStream) {
      return Status.transport(
              Status.Code.UNAVAILABLE, peerName() + " did not take the call: " + goAwayReason)
          .withFlag(ResponseFlag.UR)
          .withUnprocessed(true);
    }
    return Status.transport(
            Status.Code.UNAVAILABLE,
            "connection to " + peerName() + " closed before the answer: " + closeReason)
        .withFlag(ResponseFlag.UC);
  }

  /** Why a stream could not be opened. */
  Status notOpened(Throwable failure) {
    return Status.transport(
            Status.Code.UNAVAILABLE, "no stream to " + peerName() + ": " + failure.getMessage())
        .withUnprocessed(true);
  }

  /** What a call that is not open waits for. */
  String waitsFor() {
    return ready ? "the peer's limit of concurrent streams is reached" : "still connecting";
  }

  private void connected() {
    handler.attach(queue);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    String protocol = tls == null ? null : tls.applicationProtocol();
    if (protocol != null && !protocol.equals("h2")) {
      shut(peerName() + " negotiated " + protocol + " by ALPN (expected: h2)");
      return;
    }
    channel
        .eventLoop()
        .schedule(
            () -> {
              if (!ready) {
                shut(
                    "no HTTP/2 settings from "
                        + peerName()
                        + " within "
                        + spec.connectTimeout()
                        + " (expected: an HTTP/2 server)");
              }
            },
            spec.connectTimeout().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void settings() {
    if (!ready && !closed) {
      ready = true;
      listener.onReady();
    }
  }

  @Override
  public void capacity() {
    if (opening || !ready || waiting.isEmpty()) {
      return; // if opening, the loop below goes on
    }
    opening = true;
    try {
      while (!waiting.isEmpty() && handler.canOpen() && !closed) {
        TripleClientStream next = waiting.remove();
        if (!next.isEnded()) {
          waitingLive--;
          next.waiting = false;
          next.start(handler);
          keepAlive.callOpened();
        }
      }
    } finally {
      opening = false;
    }
    channel.flush();
  }

  @Override
  public void goAway(int last, String reason) {
    lastStream = last;
    goAwayReason = reason;
    keepAlive.goAway(reason);
    endWaiting(
        Status.transport(Status.Code.UNAVAILABLE, peerName() + " takes no calls: " + reason)
            .withFlag(ResponseFlag.UR)
            .withUnprocessed(true));
    drain(reason);
  }

  @Override
  public void pong() {
    keepAlive.pong();
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    if (closed) {
      return;
    }
    if (!ready) {
      closeReason = closeReason.isEmpty() ? Connector.reason(spec, cause) : closeReason;
    } else if (closeReason.isEmpty()) {
      closeReason =
          cause != null ? cause.toString() : goAwayReason.isEmpty() ? "by the peer" : goAwayReason;
    }
    closed = true;
    keepAlive.stop();
    endWaiting(refusal());
    listener.onClosed(closeReason, ready);
  }

  /** Closes at once, since the peer does not answer. */
  void dead(String reason) {
    if (closeReason.isEmpty()) {
      closeReason = reason;
    }
    channel.close();
  }

  /** Closes at once. */
  private void shut(String reason) {
    if (closed) {
      return;
    }
    if (closeReason.isEmpty()) {
      closeReason = reason;
    }
    if (ready) {
      handler.sayGoodbye();
    } else {
      channel.close();
    }
  }

  TripleClientHandler handler() {
    return handler;
  }

  private void drain(String reason) {
    if (draining || closed) {
      return;
    }
    if (goAwayReason.isEmpty()) {
      goAwayReason = reason;
    }
    draining = true;
    listener.onDraining();
    if (active.get() == 0) {
      shut(reason);
    }
  }

  private void endWaiting(Status status) {
    for (TripleClientStream next = waiting.poll(); next != null; next = waiting.poll()) {
      if (!next.isEnded()) {
        waitingLive--;
        next.waiting = false;
        next.end(Outcome.of(status));
      }
    }
  }

  Channel channel() {
    return channel;
  }
}
