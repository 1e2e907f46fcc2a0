package io.duomesh.xds;

import com.google.protobuf.util.Durations;
import io.duomesh.traffic.RouteAction.Timeouts;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteAction;
import java.time.Duration;

/** Reads the time limits of a {@code RouteAction}. */
final class TimeoutsParser {
  private TimeoutsParser() {}

  static Timeouts parse(RouteAction action) {
    var stream = action.getMaxStreamDuration();
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
    if (!Durations.isValid(duration) || Durations.isNegative(duration)) {
      throw new IllegalArgumentException(field + ": no positive duration");
    }
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
