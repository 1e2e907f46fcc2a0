package io.duomesh.transport.server;

import io.duomesh.traffic.TlsPolicy;
import io.duomesh.transport.ServerSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.bolt.BoltServerProtocol;
import io.duomesh.transport.netty.DrainEvent;
import io.duomesh.transport.netty.EventLoops;
import io.duomesh.transport.netty.ProtocolDetector;
import io.duomesh.transport.netty.ServerProtocol;
import io.duomesh.transport.netty.TlsHandlers;
import io.duomesh.transport.triple.TripleServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A port that takes Bolt, HTTP/2 and HTTP/1.1, told apart by their first bytes, all behind TLS or
 * none of them. Safe for use by many threads.
 */
public final class NettyServer implements ServerTransport {
  /**
   * A port that drains still takes connections for this many turns of its loop: callers have begun
   * to write to those in its backlog. More than one, since a busy loop may run late timers before
   * it looks at its port.
   */
  private static final int BACKLOG_TURNS = 2;

  private static final long BACKLOG_TURN_MILLIS = 10;

  private final EventLoops loops;
  private final TransportOptions options;
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final Channel port;
  private volatile boolean draining;
  private volatile boolean closed;

  private NettyServer(Transports transports, ServerSpec spec, List<ServerProtocol> protocols) {
    this.loops = EventLoops.of(transports);
    this.options = transports.options();
    TlsPolicy policy = spec.tls();
    SslContext tls = policy == null ? null : TlsHandlers.of(transports).server(policy);
    ChannelFuture bound =
        loops
            .serverBootstrap()
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    begin(channel, tls, protocols);
                  }
                })
            .bind(address(spec))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IllegalStateException(
          "cannot listen on port "
              + spec.port()
              + (spec.address() == null ? "" : " of " + spec.address())
              + ": "
              + bound.cause().getMessage()
              + "; stop whoever has it, or set duomesh.server.port (0 takes any free one)",
          bound.cause());
    }
    this.port = bound.channel();
  }

  /**
   * Opens a port; waits until it is open.
   *
   * @throws IllegalArgumentException if the TLS policy cannot be used
   * @throws IllegalStateException if the port cannot be opened
   */
  public static ServerTransport bind(
      Transports transports, ServerSpec spec, ServerTransport.Listener listener) {
    TransportOptions options = transports.options();
    return new NettyServer(
        transports,
        spec,
        List.of(
            new BoltServerProtocol(transports, listener),
            new TripleServer(options, listener),
            new UnservedHttpProtocol()));
  }

  private static InetSocketAddress address(ServerSpec spec) {
    return spec.address() == null
        ? new InetSocketAddress(spec.port())
        : new InetSocketAddress(spec.address(), spec.port());
  }

  private void begin(Channel channel, @Nullable SslContext tls, List<ServerProtocol> protocols) {
    connections.add(channel);
    if (closed) {
      channel.close();
      return;
    }
    if (tls != null) {
      SslHandler security = tls.newHandler(channel.alloc());
      security.setHandshakeTimeoutMillis(options.handshakeTimeout().toMillis());
      channel.pipeline().addLast(security);
    }
    channel
        .pipeline()
        .addLast(
            new ProtocolDetector(
                protocols, options.handshakeTimeout(), options.bolt().idleTimeout()));
    if (draining) { // a caller may have written to it before it was taken from the port
      channel.pipeline().fireUserEventTriggered(DrainEvent.START);
    }
  }

  @Override
  public int port() {
    return ((InetSocketAddress) port.localAddress()).getPort();
  }

  @Override
  public CompletionStage<Void> drain(Duration timeout) {
    if (!draining) {
      draining = true;
      closePort(BACKLOG_TURNS, timeout);
    }
    return drained;
  }

  /** Closes the port after some turns of its loop, in which it takes what stands in its backlog. */
  private void closePort(int turns, Duration timeout) {
    if (turns == 0) {
      // NIO gives the port up in the loop's next turn; until then callers that are told to go away,
      // and come back, would find it open
      port.close()
          .addListener(
              done ->
                  port.eventLoop()
                      .schedule(
                          () -> drainConnections(timeout),
                          BACKLOG_TURN_MILLIS,
                          TimeUnit.MILLISECONDS));
    } else {
      port.eventLoop()
          .schedule(
              () -> closePort(turns - 1, timeout), BACKLOG_TURN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tell(DrainEvent event) {
    for (Channel connection : connections) {
      connection.eventLoop().execute(() -> connection.pipeline().fireUserEventTriggered(event));
    }
  }

  private void drainConnections(Duration timeout) {
    tell(DrainEvent.START);
    var half =
        loops
            .group()
            .schedule(
                () -> tell(DrainEvent.HALF_TIME), timeout.toMillis() / 2, TimeUnit.MILLISECONDS);
    var limit =
        loops
            .group()
            .schedule(() -> connections.close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    connections
        .newCloseFuture()
        .addListener(
            done -> {
              half.cancel(false);
              limit.cancel(false);
              drained.complete(null);
            });
  }

  @Override
  public void close() {
    draining = true;
    closed = true;
    port.close();
    connections.close().addListener(done -> drained.complete(null));
  }

  /** The port and its connections, for debugging. */
  @Override
  public String toString() {
    return "NettyServer{" + port.localAddress() + ", " + connections.size() + " connections}";
  }
}
