package io.duomesh.transport.netty;

import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of one runtime, for both sides: epoll where its native library is present, else
 * NIO. Their threads are daemons. Uses only what Netty 4.1 and 4.2 have in common, and names the
 * allocator, whose default differs between them.
 */
public final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final Class<? extends Channel> client;
  private final Class<? extends ServerChannel> server;
  private final WriteBufferWaterMark waterMark;

  private EventLoops(TransportOptions options) {
    ThreadFactory threads = new LoopThreads();
    if (epollAvailable()) {
      group = new EpollEventLoopGroup(options.eventLoops(), threads);
      client = EpollSocketChannel.class;
      server = EpollServerSocketChannel.class;
    } else {
      group = new NioEventLoopGroup(options.eventLoops(), threads);
      client = NioSocketChannel.class;
      server = NioServerSocketChannel.class;
    }
    waterMark =
        new WriteBufferWaterMark(options.writeBufferBytes() / 2, options.writeBufferBytes());
  }

  /** The loops that the connections of {@code transports} share. */
  public static EventLoops of(Transports transports) {
    return transports.shared(EventLoops.class, EventLoops::new);
  }

  /** The loops themselves. */
  public EventLoopGroup group() {
    return group;
  }

  /** A new client bootstrap without a handler. */
  public Bootstrap clientBootstrap() {
    return new Bootstrap()
        .group(group)
        .channel(client)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark);
  }

  /** A new server bootstrap without a child handler; accepts on the same loops. */
  public ServerBootstrap serverBootstrap() {
    return new ServerBootstrap()
        .group(group)
        .channel(server)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark);
  }

  /** Ends the connections, then the loops, and waits for that a moment, so that all is told. */
  @Override
  public void close() {
    Future<?> ended = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    for (EventExecutor loop : group) {
      if (loop.inEventLoop()) {
        return; // it would wait for itself
      }
    }
    ended.awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private static boolean epollAvailable() {
    try {
      return Epoll.isAvailable();
    } catch (LinkageError absent) {
      return false; // the jar is optional
    }
  }
}
