package io.duomesh.transport.triple;

import io.duomesh.transport.ConnectSpec;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a peer that is gone without a word: while calls are open, or the last one brought
 * nothing, and nothing has come for a while, a PING must be answered. So calls that end by short
 * deadlines do not hide it. The connect spec's attributes set it, in milliseconds: {@code
 * keepalive-time} (default 30,000; 0 = off) and {@code keepalive-timeout} (default 10,000). A peer
 * that calls this too much (GOAWAY {@code too_many_pings}, as gRPC servers do) is asked half as
 * often from the next connection on. Confined to the connection's loop.
 */
final class KeepAlive {
  private static final long TIME_MILLIS = 30_000;
  private static final long TIMEOUT_MILLIS = 10_000;
  private static final long MAX_SLOWER = 64;
  private static final int MOST_PEERS = 4_096;

  /** Time for a call's own answer after a long silence. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long CONTENT = 0xd0e5L;

  private final Slower slower;
  private final String address;
  private final long timeNanos;
  private final long timeoutNanos;
  private final TripleClientHandler handler;
  private @Nullable ScheduledFuture<?> timer;
  private long lastRead = System.nanoTime();
  private boolean unanswered; // a call was opened, and nothing came since
  private boolean waiting; // for a PING's answer

  /** How much slower than set the peers want it, by address. */
  private record Slower(ConcurrentHashMap<String, Long> factors) implements AutoCloseable {
    @Override
    public void close() {
      factors.clear();
    }
  }

  KeepAlive(ConnectSpec spec, TripleClientHandler handler) {
    this.handler = handler;
    this.slower =
        spec.transports().shared(Slower.class, options -> new Slower(new ConcurrentHashMap<>()));
    this.address = spec.address();
    long time = millis(spec, "keepalive-time", TIME_MILLIS);
    this.timeNanos =
        TimeUnit.MILLISECONDS.toNanos(time * slower.factors().getOrDefault(address, 1L));
    this.timeoutNanos =
        TimeUnit.MILLISECONDS.toNanos(millis(spec, "keepalive-timeout", TIMEOUT_MILLIS));
  }

  /** A call has been opened. */
  void callOpened(ChannelHandlerContext context) {
    unanswered = true;
    if (timer == null && timeNanos > 0) {
      long idle = System.nanoTime() - lastRead;
      schedule(context, Math.max(timeNanos - idle, Math.min(timeNanos, GRACE_NANOS)));
    }
  }

  /** Bytes have come. */
  void read(ChannelHandlerContext context) {
    lastRead = System.nanoTime();
    unanswered = false;
    if (timer != null && waiting) {
      waiting = false;
      timer.cancel(false);
      schedule(context, timeNanos);
    }
  }

  /** The peer takes no more calls, and says why. */
  void goAway(String reason) {
    if (reason.contains("too_many_pings")) {
      if (slower.factors().size() >= MOST_PEERS) {
        slower.factors().clear(); // peers come and go; those that still mind say so again
      }
      slower.factors().merge(address, 2L, (old, two) -> Math.min(old * two, MAX_SLOWER));
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void schedule(ChannelHandlerContext context, long nanos) {
    timer = context.executor().schedule(() -> check(context), nanos, TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context) {
    timer = null;
    long idle = System.nanoTime() - lastRead;
    if (waiting) {
      handler.dead("no answer to a PING within " + Duration.ofNanos(timeoutNanos));
    } else if (!unanswered && handler.connection().numActiveStreams() == 0) {
      return; // the next call starts it again
    } else if (idle >= timeNanos) {
      waiting = true;
      handler.ping(CONTENT);
      context.flush();
      schedule(context, timeoutNanos);
    } else {
      schedule(context, timeNanos - idle);
    }
  }

  private static long millis(ConnectSpec spec, String name, long otherwise) {
    String text = spec.attributes().get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": " + text + " (expected: milliseconds)", e);
    }
  }
}
