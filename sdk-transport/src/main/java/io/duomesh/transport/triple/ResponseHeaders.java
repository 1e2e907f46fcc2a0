package io.duomesh.transport.triple;

import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.transport.netty.Seldom;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The header blocks of a server's answers; those of plain success are made once. */
final class ResponseHeaders {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseHeaders.class);
  private static final Seldom UNSENT = new Seldom();
  private static final Http2Headers HEAD =
      ReadOnlyHttp2Headers.serverHeaders(
          false, TripleHeaders.OK, TripleHeaders.CONTENT_TYPE, TripleHeaders.GRPC);
  private static final Http2Headers SUCCESS =
      ReadOnlyHttp2Headers.trailers(false, TripleHeaders.GRPC_STATUS, TripleHeaders.code(0));
  private static final AsciiString METHOD_NOT_ALLOWED = AsciiString.cached("405");
  private static final AsciiString UNSUPPORTED_MEDIA_TYPE = AsciiString.cached("415");

  private ResponseHeaders() {}

  /** Headers in front of messages. */
  static Http2Headers head(Metadata metadata, int exceptionCode) {
    if (metadata.isEmpty() && exceptionCode == 0) {
      return HEAD;
    }
    List<AsciiString> headers = new ArrayList<>(4 + 2 * metadata.size());
    add(headers, TripleHeaders.CONTENT_TYPE, TripleHeaders.GRPC);
    if (exceptionCode != 0) {
      add(headers, TripleHeaders.EXCEPTION_CODE, TripleHeaders.code(exceptionCode));
    }
    append(metadata, headers);
    return ReadOnlyHttp2Headers.serverHeaders(
        false, TripleHeaders.OK, headers.toArray(AsciiString[]::new));
  }

  /** Trailers behind messages; metadata in front of the status, as Dubbo has it. */
  static Http2Headers trailers(Status status, Metadata metadata) {
    if (status.isOk() && metadata.isEmpty()) {
      return SUCCESS;
    }
    List<AsciiString> headers = new ArrayList<>(4 + 2 * metadata.size());
    append(metadata, headers);
    add(headers, status);
    return ReadOnlyHttp2Headers.trailers(false, headers.toArray(AsciiString[]::new));
  }

  /** An answer that is trailers alone. */
  static Http2Headers only(Status status, Metadata metadata) {
    List<AsciiString> headers = new ArrayList<>(8 + 2 * metadata.size());
    add(headers, TripleHeaders.CONTENT_TYPE, TripleHeaders.GRPC);
    append(metadata, headers);
    if (status.code() == Status.Code.UNIMPLEMENTED) {
      add(headers, TripleHeaders.GRPC_ACCEPT_ENCODING, TripleHeaders.GZIP);
    }
    add(headers, status);
    return ReadOnlyHttp2Headers.serverHeaders(
        false, TripleHeaders.OK, headers.toArray(AsciiString[]::new));
  }

  /** Why a request is not gRPC's; null if it is. */
  static @Nullable String refusal(Http2Headers request) {
    if (!TripleHeaders.POST.contentEquals(request.method())) {
      return "method " + request.method() + " (expected: POST, this is a gRPC server)\n";
    }
    CharSequence type = request.get(TripleHeaders.CONTENT_TYPE);
    return type != null && TripleHeaders.isGrpc(type)
        ? null
        : "content-type " + type + " (expected: application/grpc)\n";
  }

  /** The head of an answer to a request that is not gRPC's. */
  static Http2Headers http(Http2Headers request) {
    boolean post = TripleHeaders.POST.contentEquals(request.method());
    return ReadOnlyHttp2Headers.serverHeaders(
        false,
        post ? UNSUPPORTED_MEDIA_TYPE : METHOD_NOT_ALLOWED,
        TripleHeaders.CONTENT_TYPE,
        TripleHeaders.TEXT,
        TripleHeaders.GRPC_STATUS,
        TripleHeaders.code(Status.Code.INTERNAL.number()));
  }

  private static void append(Metadata metadata, List<AsciiString> headers) {
    int before = headers.size();
    try {
      HeaderMetadata.append(metadata, headers);
    } catch (IllegalArgumentException e) {
      String end = UNSENT.end();
      if (end != null) {
        LOG.warn("response metadata is not sent: {}{}", e.getMessage(), end);
      }
      headers.subList(before, headers.size()).clear();
    }
  }

  private static void add(List<AsciiString> headers, Status status) {
    add(headers, TripleHeaders.GRPC_STATUS, TripleHeaders.code(status.code().number()));
    if (!status.message().isEmpty()) {
      add(headers, TripleHeaders.GRPC_MESSAGE, GrpcMessage.encode(status.message()));
    }
  }

  private static void add(List<AsciiString> headers, AsciiString name, AsciiString value) {
    headers.add(name);
    headers.add(value);
  }
}
