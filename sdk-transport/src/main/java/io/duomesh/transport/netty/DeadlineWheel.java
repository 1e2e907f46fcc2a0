package io.duomesh.transport.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of all calls of one event loop: a wheel of short lists, turned by one timer that
 * runs only while there are deadlines. A deadline fires up to two ticks late, never early. Confined
 * to its loop.
 */
@SuppressWarnings("ReferenceEquality") // entries are known by identity
public final class DeadlineWheel {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int SLOTS = 512; // 5 s a turn: most deadlines fire on their first

  private static final FastThreadLocal<DeadlineWheel> WHEELS = new FastThreadLocal<>();

  private final EventLoop loop;
  private final Runnable turn = this::turn;
  private final @Nullable Timeout[] slots = new Timeout[SLOTS];
  private int size;
  private long lastTick;
  private boolean turning;

  private DeadlineWheel(EventLoop loop) {
    this.loop = loop;
  }

  /** The loop's wheel; called on the loop. */
  public static DeadlineWheel of(EventLoop loop) {
    DeadlineWheel wheel = WHEELS.get();
    if (wheel == null || wheel.loop != loop) {
      wheel = new DeadlineWheel(loop);
      WHEELS.set(wheel);
    }
    return wheel;
  }

  /** Runs {@code action} on the loop once {@link System#nanoTime} has passed {@code nanoTime}. */
  public Timeout add(long nanoTime, Runnable action) {
    size++;
    if (!turning) {
      turning = true;
      lastTick = Math.floorDiv(System.nanoTime(), TICK_NANOS);
      loop.schedule(turn, TICK_NANOS, TimeUnit.NANOSECONDS);
    }
    Timeout timeout = new Timeout(this, nanoTime, action);
    long tick = Math.floorDiv(nanoTime, TICK_NANOS) + 1;
    insert(timeout, (int) Math.floorMod(Math.max(tick, lastTick + 1), (long) SLOTS));
    return timeout;
  }

  private void insert(Timeout timeout, int slot) {
    Timeout first = slots[slot];
    timeout.slot = slot;
    timeout.next = first;
    if (first != null) {
      first.previous = timeout;
    }
    slots[slot] = timeout;
  }

  private void turn() {
    long now = System.nanoTime();
    long tick = Math.floorDiv(now, TICK_NANOS);
    int turns = (int) Math.min(tick - lastTick, SLOTS);
    for (int i = 1; i <= turns; i++) {
      fire((int) Math.floorMod(lastTick + i, (long) SLOTS), now);
    }
    lastTick = tick;
    turning = size > 0;
    if (turning) {
      loop.schedule(turn, TICK_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  private void fire(int slot, long now) {
    Timeout timeout = slots[slot];
    slots[slot] = null; // what an action adds for this slot belongs to a later turn
    Timeout due = null;
    while (timeout != null) {
      Timeout next = timeout.next;
      timeout.next = null;
      timeout.previous = null;
      if (timeout.nanoTime - now > 0) {
        insert(timeout, slot);
      } else {
        timeout.slot = Timeout.DUE;
        timeout.next = due;
        due = timeout;
      }
      timeout = next;
    }
    while (due != null) {
      Timeout next = due.next;
      due.next = null;
      if (due.slot == Timeout.DUE) { // an earlier action may have cancelled it
        due.slot = Timeout.DONE;
        size--;
        due.action.run();
      }
      due = next;
    }
  }

  /** One deadline. Used on the loop only. */
  public static final class Timeout {
    private static final int DUE = -1;
    private static final int DONE = -2;

    private final DeadlineWheel wheel;
    private final long nanoTime;
    private final Runnable action;
    private @Nullable Timeout previous;
    private @Nullable Timeout next;
    private int slot;

    private Timeout(DeadlineWheel wheel, long nanoTime, Runnable action) {
      this.wheel = wheel;
      this.nanoTime = nanoTime;
      this.action = action;
    }

    /** Takes it off; without effect once it has fired. */
    public void cancel() {
      if (slot == DONE) {
        return;
      }
      wheel.size--;
      if (slot != DUE) {
        if (previous != null) {
          previous.next = next;
        } else {
          wheel.slots[slot] = next;
        }
        if (next != null) {
          next.previous = previous;
        }
        previous = null;
        next = null;
      }
      slot = DONE;
    }
  }
}
