package io.duomesh.transport.netty;

import io.duomesh.transport.ConnectSpec;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes client connections: TCP, then TLS where the spec asks for it, within one time limit. */
public final class Connector {
  private Connector() {}

  /**
   * Starts to connect. The returned future's channel is registered at once; the future succeeds on
   * its loop when TCP and TLS stand, and fails, with the channel closed, if they do not within the
   * spec's time.
   *
   * @param applicationProtocols ALPN names where the spec's policy has none
   * @param handler the connection's handler; gets no bytes before TLS stands, but {@code
   *     channelActive} comes with TCP
   * @throws IllegalArgumentException if the TLS policy cannot be used
   */
  public static ChannelFuture connect(
      ConnectSpec spec, List<String> applicationProtocols, ChannelHandler handler) {
    SslHandler security =
        spec.tls() == null
            ? null
            : TlsHandlers.of(spec.transports())
                .client(PooledByteBufAllocator.DEFAULT, spec.tls(), spec, applicationProtocols);
    ChannelFuture connected =
        EventLoops.of(spec.transports())
            .clientBootstrap()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(spec))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (security != null) {
                      channel.pipeline().addLast(security);
                    }
                    channel.pipeline().addLast(handler);
                  }
                })
            .connect(spec.host(), spec.port());
    return security == null ? connected : secured(connected, security, spec);
  }

  /** Why a connection could not be made, for a person. */
  public static String reason(ConnectSpec spec, @Nullable Throwable cause) {
    String what;
    if (cause instanceof ConnectTimeoutException) {
      what = "timed out after " + spec.connectTimeout().toMillis() + " ms";
    } else if (cause instanceof ConnectException) {
      what = "was refused";
    } else if (cause instanceof UnknownHostException) {
      what = "failed: the host name cannot be resolved";
    } else {
      what = "failed: " + cause;
    }
    return "connection to " + spec.address() + " " + what;
  }

  private static ChannelFuture secured(
      ChannelFuture connected, SslHandler security, ConnectSpec spec) {
    Channel channel = connected.channel();
    ChannelPromise ready = channel.newPromise();
    Future<?> timer =
        channel
            .eventLoop()
            .schedule(
                () -> fail(ready, new ConnectTimeoutException("no TLS within the limit")),
                millis(spec),
                TimeUnit.MILLISECONDS);
    connected.addListener(
        done -> {
          if (!done.isSuccess()) {
            fail(ready, done.cause());
          }
        });
    security
        .handshakeFuture()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                fail(ready, done.cause());
              } else {
                ready.trySuccess();
              }
            });
    ready.addListener(done -> timer.cancel(false));
    return ready;
  }

  private static void fail(ChannelPromise ready, Throwable cause) {
    if (ready.tryFailure(cause)) {
      ready.channel().close();
    }
  }

  private static int millis(ConnectSpec spec) {
    return (int) Math.min(Math.max(1, spec.connectTimeout().toMillis()), Integer.MAX_VALUE);
  }
}
