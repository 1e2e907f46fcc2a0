package io.duomesh.transport.netty;

import io.duomesh.transport.ConnectSpec;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
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
    Bootstrap bootstrap =
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
                });
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(spec.host());
    if (address != null) {
      ChannelFuture connected = bootstrap.connect(new InetSocketAddress(address, spec.port()));
      return security == null ? connected : within(connected, security, spec);
    }
    return within(lookUpAndConnect(bootstrap.register().channel(), spec), security, spec);
  }

  private static ChannelFuture lookUpAndConnect(Channel channel, ConnectSpec spec) {
    ChannelPromise connected = channel.newPromise();
    HostNames.of(spec.transports())
        .address(spec.host())
        .whenComplete(
            (address, failure) -> {
              if (failure != null) {
                connected.tryFailure(failure);
              } else {
                channel.connect(new InetSocketAddress(address, spec.port()), connected);
              }
            });
    return connected;
  }

  /** Why a connection could not be made, for a person. */
  public static String reason(ConnectSpec spec, @Nullable Throwable cause) {
    String what;
    if (cause instanceof ConnectTimeoutException) {
      what = "timed out after " + spec.connectTimeout().toMillis() + " ms";
    } else if (cause instanceof ConnectException) {
      what = "was refused: nothing listens there";
    } else if (cause instanceof UnknownHostException) {
      what = "failed: the host name cannot be resolved";
    } else if (cause == null || cause instanceof ClosedChannelException) {
      what = "was closed by the peer before it stood; does it speak this protocol, and TLS or not?";
    } else {
      what = "failed: " + told(cause);
    }
    return "connection to " + spec.address() + " " + what;
  }

  /**
   * What happened to a connection, for a person: without the decoder's wrapping, and without class
   * names that say nothing more.
   */
  public static String told(Throwable cause) {
    Throwable told =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    return told instanceof NotSslRecordException
        ? "the peer does not speak TLS"
        : told instanceof SSLException trouble
            ? TlsTrouble.told(trouble)
            : told instanceof Http2Exception
                ? "the peer does not speak HTTP/2: " + told.getMessage()
                : told.toString();
  }

  /** What holds when the connection stands, TLS included, and fails when the spec's time is up. */
  private static ChannelFuture within(
      ChannelFuture connected, @Nullable SslHandler security, ConnectSpec spec) {
    Channel channel = connected.channel();
    ChannelPromise ready = channel.newPromise();
    Future<?> timer =
        channel
            .eventLoop()
            .schedule(
                () -> fail(ready, new ConnectTimeoutException("not connected in time")),
                millis(spec),
                TimeUnit.MILLISECONDS);
    ready.addListener(done -> timer.cancel(false));
    connected.addListener(done -> settle(ready, done, security == null));
    if (security != null) {
      security.handshakeFuture().addListener(done -> settle(ready, done, true));
    }
    return ready;
  }

  private static void settle(ChannelPromise ready, Future<?> step, boolean last) {
    if (!step.isSuccess()) {
      fail(ready, step.cause());
    } else if (last) {
      ready.trySuccess();
    }
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
