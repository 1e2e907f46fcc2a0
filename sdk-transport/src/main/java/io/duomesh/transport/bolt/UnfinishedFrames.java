package io.duomesh.transport.bolt;

import io.duomesh.transport.TransportOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the frames that have begun and are not yet there hold, over all Bolt connections of a
 * runtime. Beyond a bound the one that began first is given up, for it is the least likely to end.
 * Safe for use by many threads.
 */
final class UnfinishedFrames {
  /** Bytes that every connection may hold without being counted. */
  static final int UNCOUNTED = 64 * 1024;

  private final long most;
  private final AtomicLong held = new AtomicLong();
  private final Set<Share> shares = ConcurrentHashMap.newKeySet();

  UnfinishedFrames(TransportOptions options) {
    this.most = Math.max(options.bolt().maxUnfinishedBytes(), 2L * options.maxMessageBytes());
  }

  /** The most that all may hold together. */
  long most() {
    return most;
  }

  /**
   * A connection's share.
   *
   * @param giveUp closes the connection, whichever thread says so
   */
  Share share(Runnable giveUp) {
    return new Share(giveUp);
  }

  private void giveUpOldest() {
    Share oldest = null;
    for (Share share : shares) {
      if (!share.givenUp.get() && (oldest == null || share.began - oldest.began < 0)) {
        oldest = share;
      }
    }
    if (oldest != null && oldest.givenUp.compareAndSet(false, true)) {
      oldest.giveUp.run();
    }
  }

  /** What one connection holds. Owned by its event loop. */
  final class Share {
    private final Runnable giveUp;
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private volatile long began;
    private int frame;
    private int bytes;

    private Share(Runnable giveUp) {
      this.giveUp = giveUp;
    }

    /**
     * Called after each read.
     *
     * @param newFrame number of the unfinished frame, another for each
     * @param newBytes how much of it is there
     */
    void hold(int newFrame, int newBytes) {
      int counted = newBytes > UNCOUNTED ? newBytes : 0;
      int grown = counted - bytes;
      if (counted == 0) {
        shares.remove(this);
      } else if (bytes == 0 || newFrame != frame) {
        began = System.nanoTime();
        shares.add(this);
      }
      bytes = counted;
      frame = newFrame;
      if (grown != 0 && held.addAndGet(grown) > most && grown > 0) {
        giveUpOldest();
      }
    }
  }

  /** A share's end; none where nothing was ever held. */
  static void end(@Nullable Share share) {
    if (share != null) {
      share.hold(0, 0);
    }
  }
}
