package io.duomesh.transport.bolt;

import io.duomesh.transport.ConnectSpec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Beats when a connection was silent for an interval, 15 s as in SOFABolt ({@code heartbeat-millis}
 * among the connection's attributes), and closes it when three beats in a row brought nothing.
 * Owned by an event loop.
 */
final class ClientHeartbeat {
  private static final String INTERVAL = "heartbeat-millis";
  private static final String DEFAULT_INTERVAL = "15000";
  private static final int MAX_MISSES = 3;

  private final BoltConnection connection;
  private final Channel channel;
  private final ScheduledFuture<?> timer;
  private boolean read;
  private int unanswered;
  private int lastId;

  private ClientHeartbeat(BoltConnection connection, Channel channel, long millis) {
    this.connection = connection;
    this.channel = channel;
    this.timer =
        channel
            .eventLoop()
            .scheduleWithFixedDelay(this::tick, millis, millis, TimeUnit.MILLISECONDS);
  }

  static ClientHeartbeat start(BoltConnection connection, Channel channel, ConnectSpec spec) {
    String millis = spec.attributes().getOrDefault(INTERVAL, DEFAULT_INTERVAL);
    return new ClientHeartbeat(connection, channel, Long.parseLong(millis));
  }

  void onRead() {
    read = true;
  }

  void stop() {
    timer.cancel(false);
  }

  private void tick() {
    if (read) {
      read = false;
      unanswered = 0;
    } else if (unanswered == MAX_MISSES) {
      connection.close(channel, MAX_MISSES + " heartbeats went unanswered");
    } else {
      ByteBuf beat = channel.alloc().directBuffer(BoltFrame.REQUEST_HEAD);
      BoltFrame.writeRequestHead(
          beat, BoltFrame.REQUEST, BoltFrame.HEARTBEAT, --lastId, BoltFrame.HESSIAN, -1, 0, 0, 0);
      unanswered++;
      channel.writeAndFlush(beat, channel.voidPromise());
    }
  }
}
