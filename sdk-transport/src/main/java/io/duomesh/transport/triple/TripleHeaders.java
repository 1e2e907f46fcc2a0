package io.duomesh.transport.triple;

import io.netty.util.AsciiString;

/**
 * Header names and values of gRPC (grpc/doc/PROTOCOL-HTTP2.md) and of Dubbo's Triple (as written by
 * Dubbo 3.3.6).
 */
final class TripleHeaders {
  static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  static final AsciiString TE = AsciiString.cached("te");
  static final AsciiString TRAILERS = AsciiString.cached("trailers");
  static final AsciiString GRPC = AsciiString.cached("application/grpc");
  static final AsciiString GRPC_PROTO = AsciiString.cached("application/grpc+proto");
  static final AsciiString TEXT = AsciiString.cached("text/plain; charset=utf-8");

  static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
  static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
  static final AsciiString GRPC_TIMEOUT = AsciiString.cached("grpc-timeout");
  static final AsciiString GRPC_ENCODING = AsciiString.cached("grpc-encoding");
  static final AsciiString GRPC_ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
  static final AsciiString IDENTITY = AsciiString.cached("identity");
  static final AsciiString GZIP = AsciiString.cached("gzip");

  static final AsciiString SERVICE_VERSION = AsciiString.cached("tri-service-version");
  static final AsciiString SERVICE_GROUP = AsciiString.cached("tri-service-group");
  static final AsciiString CONSUMER_APP = AsciiString.cached("tri-consumer-appname");
  static final AsciiString HEADER_CONVERT = AsciiString.cached("tri-header-convert");
  static final AsciiString EXCEPTION_CODE = AsciiString.cached("tri-exception-code");

  static final AsciiString POST = AsciiString.cached("POST");
  static final AsciiString HTTP = AsciiString.cached("http");
  static final AsciiString HTTPS = AsciiString.cached("https");
  static final AsciiString OK = AsciiString.cached("200");

  private static final AsciiString[] CODES = new AsciiString[17];

  static {
    for (int i = 0; i < CODES.length; i++) {
      CODES[i] = AsciiString.cached(Integer.toString(i));
    }
  }

  private TripleHeaders() {}

  /** The text of a gRPC status number, 0–16. */
  static AsciiString code(int number) {
    return CODES[number];
  }

  /** Whether a content type is gRPC's: {@code application/grpc}, bare or with a suffix. */
  static boolean isGrpc(CharSequence contentType) {
    int length = GRPC.length();
    return AsciiString.regionMatches(contentType, true, 0, GRPC, 0, length)
        && (contentType.length() == length
            || contentType.charAt(length) == '+'
            || contentType.charAt(length) == ';');
  }
}
