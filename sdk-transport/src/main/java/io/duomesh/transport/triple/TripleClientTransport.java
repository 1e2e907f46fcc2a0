package io.duomesh.transport.triple;

import io.duomesh.Invocation;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.netty.Connector;
import io.duomesh.transport.netty.WriteQueue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The life of a client's HTTP/2 connection: connects, stands once the peer's settings have come,
 * drains, closes. State is the loop's; the volatile fields mirror it.
 *
 * <p>A call whose client sends one message is opened by that message, others at once.
 */
final class TripleClientTransport implements ClientTransport, TripleClientHandler.Events {
  private final ConnectSpec spec;
  private final Listener listener;
  private final ClientMethods methods;
  private final ConnectionFailures failures;
  private final TripleClientHandler handler;
  private final Channel channel;
  private final WriteQueue queue;
  private final int maxMessageBytes;
  private final AtomicInteger active = new AtomicInteger();
  private final StreamSlots slots;

  private volatile boolean ready;
  private volatile boolean draining;
  private volatile boolean closed;
  private @Nullable Future<?> expecting; // the peer's settings, the loop's

  private TripleClientTransport(ConnectSpec spec, Listener listener) {
    this.spec = spec;
    this.listener = listener;
    this.methods = new ClientMethods(spec);
    this.failures = new ConnectionFailures(spec.address());
    String own = spec.attributes().get(ConnectSpec.MAX_MESSAGE_BYTES);
    this.maxMessageBytes =
        own == null ? spec.transports().options().maxMessageBytes() : Integer.parseInt(own);
    this.handler =
        (TripleClientHandler)
            Http2Limits.client(
                spec.transports().options(),
                (decoder, encoder, settings) ->
                    new TripleClientHandler(decoder, encoder, settings, spec, this));
    this.slots = new StreamSlots(handler, failures);
    // the loop may call in from here on, before the fields below are set; none of what it then
    // calls uses them until a caller has added a stream
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
    TripleClientStream stream =
        new TripleClientStream(this, invocation, methods.of(invocation.method()), streamListener);
    if (!acceptsStreams()) {
      stream.fail(failures.refused());
    } else if (!invocation.method().type().clientSendsOne()) {
      queue.add(stream.request());
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
    queue.add(new Action(() -> drain("drained by this side")));
  }

  @Override
  public void close() {
    queue.add(
        new Action(
            () -> {
              draining = true;
              shut("closed by this side");
            }));
  }

  /** The connection's writes. */
  WriteQueue queue() {
    return queue;
  }

  TripleClientHandler handler() {
    return handler;
  }

  Channel channel() {
    return channel;
  }

  ConnectionFailures failures() {
    return failures;
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** Whether so much waits to be sent that new messages must be refused. */
  boolean isFull() {
    return queue.isFull() || handler.isFull();
  }

  // The loop.

  /** Opens a call now or later; false if it has ended instead. */
  boolean open(TripleClientStream stream) {
    if (draining || closed) {
      stream.end(failures.refused());
    } else {
      slots.open(stream);
    }
    return !stream.isEnded();
  }

  /** A call has ended. */
  void ended(TripleClientStream stream) {
    if (stream.waiting) {
      slots.leave();
    }
    if (active.decrementAndGet() == 0 && draining) {
      shut("drained");
    }
  }

  private void connected() {
    handler.attach(queue);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    String protocol = tls == null ? null : tls.applicationProtocol();
    if (protocol != null && !protocol.equals("h2")) {
      shut(spec.address() + " negotiated " + protocol + " by ALPN (expected: h2)");
      return;
    }
    if (!ready && !closed) {
      expecting =
          channel
              .eventLoop()
              .schedule(
                  this::missSettings, spec.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void missSettings() {
    shut(
        "no HTTP/2 settings from "
            + spec.address()
            + " within "
            + spec.connectTimeout().toMillis()
            + " ms (expected: an HTTP/2 server)");
  }

  /** Settings need not be waited for; a timer would hold a closed connection. */
  private void expectNothing() {
    if (expecting != null) {
      expecting.cancel(false);
      expecting = null;
    }
  }

  @Override
  public void settings() {
    if (!ready && !closed) {
      expectNothing();
      failures.stands();
      slots.stand();
      ready = true;
      listener.onReady();
    }
  }

  @Override
  public void capacity() {
    if (slots.fill()) {
      channel.flush();
    }
  }

  @Override
  public void goAway(int last, String reason) {
    failures.leaves(last, reason);
    slots.endAll(failures.turnedAway());
    drain(reason);
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    if (closed) {
      return;
    }
    String leaving = failures.leaveReason();
    failures.closes(
        !ready
            ? Connector.reason(spec, cause)
            : cause != null ? cause.toString() : leaving.isEmpty() ? "by the peer" : leaving);
    closed = true;
    expectNothing();
    slots.endAll(failures.refused());
    listener.onClosed(failures.closeReason(), ready);
  }

  @Override
  public void dead(String reason) {
    failures.closes(reason);
    channel.close();
  }

  /** Closes at once. */
  private void shut(String reason) {
    if (closed) {
      return;
    }
    failures.closes(reason);
    if (ready) {
      handler.sayGoodbye();
    } else {
      channel.close();
    }
  }

  private void drain(String reason) {
    if (draining || closed) {
      return;
    }
    failures.leaves(reason);
    draining = true;
    listener.onDraining();
    if (active.get() == 0) {
      shut(reason);
    }
  }
}
