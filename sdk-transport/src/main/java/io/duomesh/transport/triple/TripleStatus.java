package io.duomesh.transport.triple;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Statuses from what HTTP/2 says: trailers, HTTP status (grpc/doc/http-grpc-status-mapping.md),
 * reset codes (grpc/doc/PROTOCOL-HTTP2.md, "Errors").
 */
final class TripleStatus {
  private TripleStatus() {}

  /**
   * The status in trailers, or null if they have none.
   *
   * @param httpStatus HTTP status of the response
   */
  static @Nullable Status ofTrailers(Http2Headers trailers, int httpStatus, String peer) {
    CharSequence number = trailers.get(TripleHeaders.GRPC_STATUS);
    if (number == null) {
      return null;
    }
    int value = number(number);
    if (value == 0) {
      return Status.OK;
    }
    Code code = Code.of(value);
    if (httpStatus == 408 && code == Code.UNKNOWN) {
      code = Code.DEADLINE_EXCEEDED; // Dubbo's server, too late
    }
    CharSequence message = trailers.get(TripleHeaders.GRPC_MESSAGE);
    String text = message == null ? "" : GrpcMessage.decode(message);
    if (text.isEmpty()) {
      text = peer + " answered " + code + " without a message";
    }
    Status status = Status.remote(code, text);
    return code == Code.DEADLINE_EXCEEDED ? status.withFlag(ResponseFlag.UT) : status;
  }

  /** The status of a response that is not gRPC's. */
  static Status ofHttp(int httpStatus, @Nullable CharSequence contentType, String peer) {
    Code code =
        switch (httpStatus) {
          case 400 -> Code.INTERNAL;
          case 401 -> Code.UNAUTHENTICATED;
          case 403 -> Code.PERMISSION_DENIED;
          case 404 -> Code.UNIMPLEMENTED;
          case 429, 502, 503, 504 -> Code.UNAVAILABLE;
          default -> Code.UNKNOWN;
        };
    return Status.remote(
        code,
        peer
            + " answered HTTP status "
            + httpStatus
            + " with content-type "
            + contentType
            + " (expected: application/grpc; is it a gRPC server, and is the path right?)");
  }

  /** The status of a stream that the peer has reset. */
  static Status ofReset(long errorCode, String peer) {
    Http2Error error = Http2Error.valueOf(errorCode);
    String message = peer + " reset the stream: " + (error == null ? errorCode : error);
    if (error == null) {
      return reset(Code.UNKNOWN, message);
    }
    return switch (error) {
      case REFUSED_STREAM ->
          reset(
                  Code.UNAVAILABLE,
                  peer
                      + " refused the call without looking at it (REFUSED_STREAM): it is busy, or"
                      + " about to stop")
              .withUnprocessed(true);
      case CANCEL -> reset(Code.CANCELLED, message);
      case ENHANCE_YOUR_CALM -> reset(Code.RESOURCE_EXHAUSTED, message);
      case INADEQUATE_SECURITY -> reset(Code.PERMISSION_DENIED, message);
      case HTTP_1_1_REQUIRED -> reset(Code.UNKNOWN, message);
      default -> reset(Code.INTERNAL, message);
    };
  }

  /** HTTP status of response headers; 0 if there is none that can be read. */
  static int httpStatus(Http2Headers headers) {
    CharSequence status = headers.status();
    return status == null || status.length() != 3 ? 0 : Math.max(0, number(status));
  }

  private static Status reset(Code code, String message) {
    return Status.transport(code, message).withFlag(ResponseFlag.UR);
  }

  private static int number(CharSequence digits) {
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9 || value > 1_000) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return digits.length() == 0 ? -1 : value;
  }
}
