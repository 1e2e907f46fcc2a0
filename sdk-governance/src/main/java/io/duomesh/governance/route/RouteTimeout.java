package io.duomesh.governance.route;

import io.duomesh.traffic.RouteAction.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a route lets its requests take. All in milliseconds; 0 for no limit, {@link #AT_ONCE}
 * where nothing is left.
 */
final class RouteTimeout {
  /** The caller's {@code grpc-timeout} less its offset is nothing: the call ends at once. */
  static final long AT_ONCE = -1;

  private static final long DEFAULT = 15_000;

  private final Timeouts timeouts;
  private final long perTry;
  private final long plain;

  RouteTimeout(Timeouts timeouts, @Nullable Duration perTry) {
    this.timeouts = timeouts;
    this.perTry = perTry == null ? 0 : perTry.toMillis();
    if (timeouts.streamDurationSection()) {
      this.plain = millis(timeouts.maxStreamDuration(), 0);
    } else {
      this.plain = millis(timeouts.timeout(), DEFAULT);
    }
  }

  /** The whole timeout of a request. */
  long of(RequestHead head) {
    // The newer rule does not ask whether the request is gRPC's.
    if (!readsGrpcTimeout() || !(timeouts.streamDurationSection() || head.grpc())) {
      return plain;
    }
    long asked = GrpcTimeout.millis(head.header("grpc-timeout"));
    return timeouts.streamDurationSection() ? ofStream(asked) : ofDeprecated(Math.max(asked, 0));
  }

  /** The {@code grpc-timeout} sent on, or null where the caller's stays. */
  @Nullable String grpcTimeout(RequestHead head) {
    if (!writesGrpcTimeout() || !head.grpc()) {
      return null;
    }
    long whole = of(head);
    if (timeouts.streamDurationSection()) {
      return whole > 0 ? GrpcTimeout.header(whole) : null;
    }
    boolean shorter = perTry > 0 && (whole == 0 || perTry < whole);
    long expected = shorter ? perTry : whole;
    return expected > 0 ? GrpcTimeout.header(expected) : null;
  }

  /** Whether gRPC requests may go on with another {@code grpc-timeout}. */
  boolean writesGrpcTimeout() {
    return readsGrpcTimeout() || (timeouts.streamDurationSection() && plain > 0);
  }

  /** Whether the caller's {@code grpc-timeout} plays a part. */
  private boolean readsGrpcTimeout() {
    return timeouts.streamDurationSection()
        ? timeouts.grpcTimeoutHeaderMax() != null
        : timeouts.maxGrpcTimeout() != null;
  }

  private long ofStream(long asked) {
    if (asked < 0) {
      return plain;
    }
    long max = millis(timeouts.grpcTimeoutHeaderMax(), 0);
    long capped = max > 0 ? Math.min(asked, max) : asked;
    long left = capped - millis(timeouts.grpcTimeoutHeaderOffset(), 0);
    return left > 0 ? left : AT_ONCE;
  }

  private long ofDeprecated(long asked) {
    long offset = millis(timeouts.grpcTimeoutOffset(), 0);
    long left = offset < asked ? asked - offset : asked;
    long max = millis(timeouts.maxGrpcTimeout(), 0);
    return max > 0 && (left == 0 || left > max) ? max : left;
  }

  private static long millis(@Nullable Duration duration, long absent) {
    return duration == null ? absent : duration.toMillis();
  }
}
