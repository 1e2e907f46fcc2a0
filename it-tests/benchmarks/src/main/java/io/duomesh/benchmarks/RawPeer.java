package io.duomesh.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bare Netty: what any library must do. Frames are a length, a request id and 1 KB; what is written
 * within a read leaves with one flush. With a hop, each side hands what it has read to a pool of
 * {@value #HOP_THREADS} threads, as most libraries do.
 */
@SuppressWarnings("deprecation") // event loop groups of both Netty lines
final class RawPeer implements Peer {
  private static final int HOP_THREADS = 16;

  private final boolean hop;
  private final EventLoopGroup loops =
      Epoll.isAvailable() ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);

  RawPeer(boolean hop) {
    this.hop = hop;
  }

  private Executor executor() {
    return hop ? Executors.newFixedThreadPool(HOP_THREADS, RawPeer::daemon) : Runnable::run;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public int serve(Load load) throws InterruptedException {
    Executor executor = executor();
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new RawFrames.Server(executor, hop));
                  }
                })
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  @Override
  public Caller connect(int port, Load load) throws InterruptedException {
    Executor executor = executor();
    List<RawFrames.Client> clients = new ArrayList<>();
    for (int i = 0; i < load.connections(); i++) {
      RawFrames.Client client = new RawFrames.Client(executor, hop);
      open(client, port);
      clients.add(client);
    }
    Object payload = load.payload().value();
    byte[] bytes = Payload.bytes();
    AtomicInteger turn = new AtomicInteger();
    return done ->
        clients
            .get(Math.floorMod(turn.getAndIncrement(), clients.size()))
            .call(bytes, answered(payload, done));
  }

  /** Other payloads than bytes stand for themselves. */
  private static BiConsumer<@Nullable Object, @Nullable Throwable> answered(
      Object payload, BiConsumer<@Nullable Object, @Nullable Throwable> done) {
    return payload instanceof byte[]
        ? done
        : (answer, thrown) -> done.accept(answer == null ? null : payload, thrown);
  }

  private void open(ChannelHandler handler, int port) throws InterruptedException {
    new Bootstrap()
        .group(loops)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(handler)
        .connect("127.0.0.1", port)
        .sync();
  }
}
