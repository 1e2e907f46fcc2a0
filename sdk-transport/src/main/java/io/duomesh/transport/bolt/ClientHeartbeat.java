package io.duomesh.transport.bolt;

import io.duomesh.transport.BoltOptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Beats on a connection that is silent, ever more seldom while it is found healthy: after 15 s of
 * silence, then after 30 s, 60 s and 75 s, so that stock servers, which close at 90 s, keep it. A
 * period in which anything else was read needs no beat. After a miss or a failed call the period is
 * the first one again; the third miss in a row closes the connection. A beat is missed when no
 * answer came within a first period. Owned by an event loop.
 */
final class ClientHeartbeat implements Runnable {
  private static final int MOST_MISSES = 3;

  /** Of a first period: beats of other connections that are due within it leave together. */
  private static final int GRID = 64;

  private final BoltConnection connection;
  private final Channel channel;
  private final BoltOptions options;
  private @Nullable ScheduledFuture<?> timer;
  private long period;
  private boolean read;
  private boolean awaiting;
  private int misses;
  private int lastId;

  private ClientHeartbeat(BoltConnection connection, Channel channel, BoltOptions options) {
    this.connection = connection;
    this.channel = channel;
    this.options = options;
    this.period = options.heartbeat().toNanos();
  }

  static ClientHeartbeat start(BoltConnection connection, Channel channel, BoltOptions options) {
    ClientHeartbeat heartbeat = new ClientHeartbeat(connection, channel, options);
    heartbeat.await(heartbeat.period);
    return heartbeat;
  }

  /** Something that is no answer to a beat has been read. */
  void onRead() {
    read = true;
    awaiting = false;
    misses = 0;
    restart();
  }

  /** A beat was answered. */
  void onAnswer() {
    if (awaiting) {
      awaiting = false;
      misses = 0;
      period = Math.min(2 * period, options.maxHeartbeat().toNanos());
      await(period);
    }
  }

  /** A call has failed as it would on a dead connection. */
  void onSuspicion() {
    restart();
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void restart() {
    long first = options.heartbeat().toNanos();
    if (period > first) {
      period = first;
      await(first);
    }
  }

  private void await(long nanos) {
    stop();
    long grid = options.heartbeat().toNanos() / GRID;
    timer = BoltConnection.scheduleOnGrid(channel, this, nanos, Math.max(grid, 1));
  }

  /** A period is over. */
  @Override
  public void run() {
    if (read) {
      read = false;
      await(period);
      return;
    }
    if (awaiting && ++misses == MOST_MISSES) {
      timer = null;
      connection.close(channel, MOST_MISSES + " heartbeats went unanswered");
      return;
    }
    if (awaiting) {
      period = options.heartbeat().toNanos();
    }
    awaiting = true;
    connection.counters.addHeartbeat();
    channel.writeAndFlush(beat(), channel.voidPromise());
    await(options.heartbeat().toNanos()); // in which it must be answered
  }

  /** Its ids are none that a call has; it never has a checksum, as SOFABolt's has none. */
  private ByteBuf beat() {
    BoltOptions.Frames frames = options.frames();
    String word = connection.takeDrainWord();
    int head = BoltFrame.requestHead(frames);
    ByteBuf beat = channel.alloc().directBuffer(head + (word == null ? 0 : 64)).writerIndex(head);
    if (word != null) {
      HeaderMap.write(beat, DrainWord.HEADER, word);
    }
    int end = beat.writerIndex();
    beat.writerIndex(0);
    BoltFrame.writeRequestHead(
        beat,
        frames,
        BoltFrame.REQUEST,
        BoltFrame.HEARTBEAT,
        --lastId,
        BoltFrame.HESSIAN,
        -1,
        0,
        end - head,
        0);
    return beat.writerIndex(end);
  }
}
