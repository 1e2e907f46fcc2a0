package io.duomesh.transport.triple;

import com.google.protobuf.StringValue;
import io.duomesh.CallOptions;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.Settings;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.ClientTransport;
import io.duomesh.transport.ConnectSpec;
import io.duomesh.transport.ServerTransport;
import io.duomesh.transport.TransportOptions;
import io.duomesh.transport.Transports;
import io.duomesh.transport.netty.EventLoops;
import io.duomesh.transport.netty.ProtocolDetector;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A Triple server and clients of it on this machine. */
final class Loopback implements AutoCloseable {
  final Transports transports;
  final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel port;

  Loopback(ServerTransport.Listener listener, String... settings) {
    Map<String, String> all = new HashMap<>(Map.of("duomesh.transport.event-loops", "2"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    transports = new Transports(TransportOptions.of(Settings.of(all)));
    TripleServer server = new TripleServer(transports.options(), listener);
    port =
        EventLoops.of(transports)
            .serverBootstrap()
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast(
                            new ProtocolDetector(
                                List.of(server),
                                transports.options().handshakeTimeout(),
                                transports.options().handshakeTimeout()));
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) port.localAddress()).getPort();
  }

  /** Records what a connection goes through. */
  static final class Events implements ClientTransport.Listener {
    final CountDownLatch ready = new CountDownLatch(1);
    final CountDownLatch draining = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    volatile String reason = "";

    @Override
    public void onReady() {
      ready.countDown();
    }

    @Override
    public void onDraining() {
      draining.countDown();
    }

    @Override
    public void onClosed(String why, boolean wasReady) {
      reason = why;
      closed.countDown();
    }
  }

  ClientTransport connect() {
    return connect(port(), new Events());
  }

  ClientTransport connect(int to, ClientTransport.Listener listener, String... attributes) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      map.put(attributes[i], attributes[i + 1]);
    }
    return transports
        .factory("triple")
        .connect(
            new ConnectSpec("127.0.0.1", to, Duration.ofSeconds(5), null, null, transports, map),
            listener);
  }

  static Invocation head(MethodDescriptor method) {
    return head(method, Deadline.after(Duration.ofSeconds(20)));
  }

  static Invocation head(MethodDescriptor method, Deadline deadline) {
    return Invocation.of(method, "echo.test", Metadata.EMPTY, CallOptions.DEFAULT, deadline);
  }

  static Recorder call(ClientTransport client, MethodDescriptor method, String text) {
    return call(client, head(method), text);
  }

  static Recorder call(ClientTransport client, Invocation head, String text) {
    Recorder recorder = new Recorder();
    ClientStream stream = client.newStream(head, recorder);
    stream.send(StringValue.of(text));
    return recorder;
  }

  @Override
  public void close() {
    port.close().syncUninterruptibly();
    connections.close().syncUninterruptibly();
    transports.close();
  }
}
