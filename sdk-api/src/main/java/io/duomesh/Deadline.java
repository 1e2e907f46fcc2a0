package io.duomesh;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A point on the monotonic clock ({@link System#nanoTime()}) after which a call is of no use any
 * more. Immutable. Absence of a deadline is {@link #NONE}, never {@code null}.
 */
public final class Deadline implements Comparable<Deadline> {
  /** A deadline that never passes. */
  public static final Deadline NONE = new Deadline(0, true);

  /** Longest time that a deadline can lie ahead; longer ones are cut to it. About 100 years. */
  private static final long MAX_NANOS = TimeUnit.DAYS.toNanos(36_500);

  private static final Duration MOST = Duration.ofNanos(MAX_NANOS);

  private final long nanos;
  private final boolean none;

  private Deadline(long nanos, boolean none) {
    this.nanos = nanos;
    this.none = none;
  }

  /** The deadline {@code timeout} from now; zero or negative timeouts have passed already. */
  public static Deadline after(Duration timeout) {
    return afterNanos(timeout.compareTo(MOST) > 0 ? MAX_NANOS : timeout.toNanos());
  }

  /** The deadline {@code timeout} nanoseconds from now. */
  public static Deadline afterNanos(long timeout) {
    return new Deadline(System.nanoTime() + Math.min(timeout, MAX_NANOS), false);
  }

  /** The deadline at a reading of {@link System#nanoTime()}. */
  public static Deadline atNanoTime(long nanoTime) {
    return new Deadline(nanoTime, false);
  }

  /** Whether this is {@link #NONE}. */
  public boolean isNone() {
    return none;
  }

  /** Whether the deadline has passed. */
  public boolean isExpired() {
    return !none && nanos - System.nanoTime() <= 0;
  }

  /** Nanoseconds left, negative once passed; {@link Long#MAX_VALUE} for {@link #NONE}. */
  public long remainingNanos() {
    return none ? Long.MAX_VALUE : nanos - System.nanoTime();
  }

  /** The {@link System#nanoTime()} reading; meaningless for {@link #NONE}. */
  public long nanoTime() {
    return nanos;
  }

  /** The earlier of the two. */
  public Deadline min(Deadline other) {
    return compareTo(other) <= 0 ? this : other;
  }

  @Override
  public int compareTo(Deadline other) {
    if (none || other.none) {
      return Boolean.compare(none, other.none);
    }
    return Long.compare(nanos - other.nanos, 0);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Deadline that && none == that.none && nanos == that.nanos;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nanos);
  }

  @Override
  public String toString() {
    return none ? "none" : TimeUnit.NANOSECONDS.toMillis(remainingNanos()) + " ms left";
  }
}
