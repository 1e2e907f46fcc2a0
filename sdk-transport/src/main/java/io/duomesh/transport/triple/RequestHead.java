package io.duomesh.transport.triple;

import io.duomesh.Deadline;
import io.duomesh.Metadata;
import io.duomesh.ServiceName;
import io.duomesh.Status;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one inbound call. Metadata is read from them when it is first asked for; several
 * threads may do so.
 */
final class RequestHead {
  private final Http2Headers headers;
  private final RequestPaths.Path path;
  private final ServiceName service;
  private final Deadline deadline;
  private final boolean gzip;
  private volatile @Nullable Metadata metadata;

  private RequestHead(
      Http2Headers headers,
      RequestPaths.Path path,
      ServiceName service,
      Deadline deadline,
      boolean gzip) {
    this.headers = headers;
    this.path = path;
    this.service = service;
    this.deadline = deadline;
    this.gzip = gzip;
  }

  /**
   * Reads what is needed to take the call.
   *
   * @throws GrpcFrameException if it cannot be taken
   */
  static RequestHead read(Http2Headers headers, RequestPaths paths) throws GrpcFrameException {
    RequestPaths.Path path = paths.of(headers.path());
    if (path == null) {
      throw new GrpcFrameException(
          Status.Code.UNIMPLEMENTED, "path " + headers.path() + " (expected: /service/method)");
    }
    CharSequence encoding = headers.get(TripleHeaders.GRPC_ENCODING);
    boolean gzip = encoding != null && TripleHeaders.GZIP.contentEqualsIgnoreCase(encoding);
    if (encoding != null && !gzip && !TripleHeaders.IDENTITY.contentEqualsIgnoreCase(encoding)) {
      throw new GrpcFrameException(
          Status.Code.UNIMPLEMENTED, "grpc-encoding " + encoding + " (expected: identity or gzip)");
    }
    return new RequestHead(headers, path, service(headers, path), deadline(headers), gzip);
  }

  ServiceName service() {
    return service;
  }

  String methodName() {
    return path.method();
  }

  Deadline deadline() {
    return deadline;
  }

  /** Whether messages may be compressed with gzip. */
  boolean gzip() {
    return gzip;
  }

  Metadata metadata() {
    Metadata known = metadata;
    if (known == null) {
      known = HeaderMetadata.read(headers);
      metadata = known;
    }
    return known;
  }

  private static ServiceName service(Http2Headers headers, RequestPaths.Path path) {
    CharSequence version = headers.get(TripleHeaders.SERVICE_VERSION);
    CharSequence group = headers.get(TripleHeaders.SERVICE_GROUP);
    return version == null && group == null
        ? path.service()
        : new ServiceName(
            path.service().interfaceName(),
            version == null ? null : version.toString(),
            group == null ? null : group.toString(),
            null);
  }

  private static Deadline deadline(Http2Headers headers) throws GrpcFrameException {
    CharSequence timeout = headers.get(TripleHeaders.GRPC_TIMEOUT);
    if (timeout == null) {
      return Deadline.NONE;
    }
    long nanos = GrpcTimeout.parse(timeout);
    if (nanos < 0) {
      throw new GrpcFrameException(
          Status.Code.INTERNAL,
          "grpc-timeout " + timeout + " (expected: up to eight digits and one of HMSmun)");
    }
    return Deadline.afterNanos(nanos);
  }
}
