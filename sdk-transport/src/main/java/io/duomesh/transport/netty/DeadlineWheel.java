package io.duomesh.transport.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of all calls of one event loop, whatever they speak: a wheel of short lists, turned
 * by one timer that runs only while there are deadlines. A deadline never fires early, and at most
 * one tick of 10 ms late on a loop that is free. Allocates nothing per deadline: entries are rows
 * of arrays that grow with the number of deadlines at a time. Confined to its loop.
 *
 * <p>The timer is set for the first list that is not empty, not for each tick: a loop that sleeps
 * between calls arms the kernel's timer at each sleep, which costs more the sooner it is due.
 */
public final class DeadlineWheel {
  /** No entry. */
  public static final int NONE = -1;

  private static final Logger LOG = LoggerFactory.getLogger(DeadlineWheel.class);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int SLOTS = 512; // 5 s a turn: most deadlines fire on their first
  private static final int DUE = SLOTS; // the list of those that fire now
  private static final int FIRST_ROWS = 64;
  private static final long NEVER = Long.MAX_VALUE;

  private static final FastThreadLocal<DeadlineWheel> WHEELS = new FastThreadLocal<>();

  private final EventLoop loop;
  private final Runnable turn = this::turn;
  private final int[] firsts = new int[SLOTS + 1];

  // one row an entry; free rows are linked by next
  private @Nullable Expiring[] calls = new Expiring[0];
  private long[] times = new long[0];
  private int[] lists = new int[0];
  private int[] nexts = new int[0];
  private int[] previous = new int[0];
  private int free = NONE;

  private int size;
  private long lastTick;
  private long wake = NEVER; // the tick that the timer is set for
  private @Nullable Future<?> timer;

  /** What a deadline ends. */
  public interface Expiring {
    /** The time is up; its entry is gone from the wheel. On the loop. */
    void expire();
  }

  private DeadlineWheel(EventLoop loop) {
    this.loop = loop;
    Arrays.fill(firsts, NONE);
  }

  /** The loop's wheel; called on the loop. */
  @SuppressWarnings("ReferenceEquality") // loops are known by identity
  public static DeadlineWheel of(EventLoop loop) {
    DeadlineWheel wheel = WHEELS.get();
    if (wheel == null || wheel.loop != loop) {
      wheel = new DeadlineWheel(loop);
      WHEELS.set(wheel);
    }
    return wheel;
  }

  /**
   * Expires {@code call} once {@link System#nanoTime} has passed {@code nanoTime}. On the loop.
   *
   * @return the entry, valid until it expires or is cancelled
   */
  public int add(long nanoTime, Expiring call) {
    if (wake == NEVER) {
      lastTick = tick(System.nanoTime());
    }
    if (free == NONE) {
      grow();
    }
    int entry = free;
    free = nexts[entry];
    calls[entry] = call;
    times[entry] = nanoTime;
    size++;
    long due = Math.max(tick(nanoTime) + 1, lastTick + 1);
    link(entry, slot(due));
    if (due < wake) {
      wakeAt(due);
    }
    return entry;
  }

  /**
   * Takes an entry off; without effect for {@link #NONE}, and off the loop, where calls end only
   * after the loop has.
   */
  public void cancel(int entry) {
    if (entry != NONE && loop.inEventLoop()) {
      unlink(entry);
      release(entry);
    }
  }

  /** How many deadlines wait. On the loop. */
  int size() {
    return size;
  }

  private void turn() {
    long now = System.nanoTime();
    long tick = tick(now);
    int turns = (int) Math.min(tick - lastTick, SLOTS);
    wake = Long.MIN_VALUE; // what is added from here on is seen at the end
    for (int i = 1; i <= turns; i++) {
      collect(slot(lastTick + i), now);
    }
    lastTick = tick;
    for (int entry = firsts[DUE]; entry != NONE; entry = firsts[DUE]) {
      Expiring call = calls[entry];
      unlink(entry); // before: expiring it may add and cancel others
      release(entry);
      if (call != null) {
        fire(call);
      }
    }
    wake = NEVER;
    for (int i = 1; size > 0 && i <= SLOTS; i++) {
      if (firsts[slot(tick + i)] != NONE) {
        wakeAt(tick + i); // or those of a later turn: then it was early
        break;
      }
    }
  }

  private void collect(int slot, long now) {
    for (int entry = firsts[slot]; entry != NONE; ) {
      int next = nexts[entry];
      if (times[entry] - now <= 0) { // others are for a later turn
        unlink(entry);
        link(entry, DUE);
      }
      entry = next;
    }
  }

  private static void fire(Expiring call) {
    try {
      call.expire();
    } catch (RuntimeException | Error e) { // the others must still expire
      LOG.error("expiring {} failed", call, e);
    }
  }

  private void wakeAt(long tick) {
    if (timer != null) {
      timer.cancel(false);
    }
    wake = tick;
    long wait = tick * TICK_NANOS - System.nanoTime();
    timer = loop.schedule(turn, Math.max(wait, 0), TimeUnit.NANOSECONDS);
  }

  private static long tick(long nanoTime) {
    return Math.floorDiv(nanoTime, TICK_NANOS);
  }

  private static int slot(long tick) {
    return (int) Math.floorMod(tick, (long) SLOTS);
  }

  private void link(int entry, int list) {
    int first = firsts[list];
    lists[entry] = list;
    previous[entry] = NONE;
    nexts[entry] = first;
    if (first != NONE) {
      previous[first] = entry;
    }
    firsts[list] = entry;
  }

  private void unlink(int entry) {
    int before = previous[entry];
    int after = nexts[entry];
    if (before == NONE) {
      firsts[lists[entry]] = after;
    } else {
      nexts[before] = after;
    }
    if (after != NONE) {
      previous[after] = before;
    }
  }

  private void release(int entry) {
    size--;
    calls[entry] = null;
    nexts[entry] = free;
    free = entry;
  }

  private void grow() {
    int old = calls.length;
    int rows = Math.max(FIRST_ROWS, 2 * old);
    calls = Arrays.copyOf(calls, rows);
    times = Arrays.copyOf(times, rows);
    lists = Arrays.copyOf(lists, rows);
    nexts = Arrays.copyOf(nexts, rows);
    previous = Arrays.copyOf(previous, rows);
    for (int row = rows - 1; row >= old; row--) {
      nexts[row] = free;
      free = row;
    }
  }
}
