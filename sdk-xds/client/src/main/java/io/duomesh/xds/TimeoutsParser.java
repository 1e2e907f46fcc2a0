package io.duomesh.xds;

import com.google.protobuf.util.Durations;
import io.duomesh.traffic.RouteAction.Timeouts;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteAction;
import java.time.Duration;

/** Reads the time limits of a {@code RouteAction}. */
final class TimeoutsParser {
  /** What fits into nanoseconds of 64 bits. */
  private static final long MOST_SECONDS = 9_223_372_035L;

  private TimeoutsParser() {}

  static Timeouts parse(RouteAction action) {
    var stream = action.getMaxStreamDuration();
    duration("idle_timeout", action.getIdleTimeout());
    duration("flush_timeout", action.getFlushTimeout());
    return new Timeouts(
        action.hasTimeout() ? duration("timeout", action.getTimeout()) : null,
        stream.hasMaxStreamDuration()
            ? duration("max_stream_duration", stream.getMaxStreamDuration())
            : null,
        stream.hasGrpcTimeoutHeaderMax()
            ? duration("grpc_timeout_header_max", stream.getGrpcTimeoutHeaderMax())
            : null,
        stream.hasGrpcTimeoutHeaderOffset()
            ? duration("grpc_timeout_header_offset", stream.getGrpcTimeoutHeaderOffset())
            : null,
        action.hasMaxGrpcTimeout()
            ? duration("max_grpc_timeout", action.getMaxGrpcTimeout())
            : null,
        action.hasGrpcTimeoutOffset()
            ? duration("grpc_timeout_offset", action.getGrpcTimeoutOffset())
            : null,
        action.hasMaxStreamDuration());
  }

  static Duration duration(String field, com.google.protobuf.Duration duration) {
    boolean tooLong = duration.getSeconds() > MOST_SECONDS;
    if (!Durations.isValid(duration) || Durations.isNegative(duration) || tooLong) {
      throw new IllegalArgumentException(field + ": no positive duration within range");
    }
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
