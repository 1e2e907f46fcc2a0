package io.duomesh.transport.triple;

import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.transport.ConnectSpec;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one method on one connection share: codecs, and their request headers as far as
 * they repeat. {@link #headers} is confined to the connection's loop, the rest is immutable.
 */
final class ClientMethod {
  private final MessageEncoder requests;
  private final MessageDecoder responses;
  private final MessageDecoder exceptions;
  private final AsciiString scheme;
  private final String path;
  private final List<AsciiString> constant;

  private final AsciiString pathBytes;
  private String lastAuthority = "";
  private AsciiString lastAuthorityBytes = AsciiString.EMPTY_STRING;
  private AsciiString lastTimeout = AsciiString.EMPTY_STRING;
  private @Nullable Http2Headers last;

  ClientMethod(
      MethodDescriptor method,
      MessageEncoder requests,
      MessageDecoder responses,
      MessageDecoder exceptions,
      ConnectSpec spec) {
    this.requests = requests;
    this.responses = responses;
    this.exceptions = exceptions;
    this.scheme = spec.tls() == null ? TripleHeaders.HTTP : TripleHeaders.HTTPS;
    this.path = method.path();
    this.pathBytes = new AsciiString(path);
    List<AsciiString> headers = new ArrayList<>();
    add(headers, TripleHeaders.CONTENT_TYPE, TripleHeaders.GRPC_PROTO);
    add(headers, TripleHeaders.TE, TripleHeaders.TRAILERS);
    add(headers, TripleHeaders.GRPC_ACCEPT_ENCODING, TripleHeaders.GZIP);
    if (method.service().version() != null) {
      add(headers, TripleHeaders.SERVICE_VERSION, new AsciiString(method.service().version()));
    }
    if (method.service().group() != null) {
      add(headers, TripleHeaders.SERVICE_GROUP, new AsciiString(method.service().group()));
    }
    String application = spec.transports().options().application();
    if (!application.isEmpty()) {
      add(headers, TripleHeaders.CONSUMER_APP, new AsciiString(application));
    }
    this.constant = List.copyOf(headers);
  }

  MessageEncoder requests() {
    return requests;
  }

  /** Reads responses, or the exceptions that come in their place. */
  MessageDecoder responses(boolean exception) {
    return exception ? exceptions : responses;
  }

  /**
   * The headers of a request that leaves now.
   *
   * @throws IllegalArgumentException if its metadata cannot be sent
   */
  Http2Headers headers(Invocation invocation) {
    Deadline deadline = invocation.deadline();
    AsciiString timeout =
        deadline.isNone()
            ? AsciiString.EMPTY_STRING
            : GrpcTimeout.format(deadline.remainingNanos());
    boolean repeats =
        invocation.metadata().isEmpty()
            && invocation.path().equals(path)
            && invocation.authority().equals(lastAuthority)
            && timeout.equals(lastTimeout);
    Http2Headers known = last;
    if (repeats && known != null) {
      return known;
    }
    Http2Headers headers = build(invocation, timeout);
    if (invocation.metadata().isEmpty() && invocation.path().equals(path)) {
      last = headers;
      lastTimeout = timeout;
    }
    return headers;
  }

  private Http2Headers build(Invocation invocation, AsciiString timeout) {
    if (!invocation.authority().equals(lastAuthority)) {
      last = null;
      lastAuthority = invocation.authority();
      lastAuthorityBytes = new AsciiString(lastAuthority);
    }
    List<AsciiString> headers =
        new ArrayList<>(constant.size() + 4 + 2 * invocation.metadata().size());
    headers.addAll(constant);
    if (!timeout.isEmpty()) {
      add(headers, TripleHeaders.GRPC_TIMEOUT, timeout);
    }
    HeaderMetadata.append(invocation.metadata(), headers);
    return ReadOnlyHttp2Headers.clientHeaders(
        false,
        TripleHeaders.POST,
        invocation.path().equals(path) ? pathBytes : new AsciiString(invocation.path()),
        scheme,
        lastAuthorityBytes,
        headers.toArray(AsciiString[]::new));
  }

  private static void add(List<AsciiString> headers, AsciiString name, AsciiString value) {
    headers.add(name);
    headers.add(value);
  }
}
