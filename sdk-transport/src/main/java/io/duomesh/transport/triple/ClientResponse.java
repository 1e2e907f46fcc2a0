package io.duomesh.transport.triple;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.transport.ClientStream;
import io.duomesh.transport.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * What comes back for one call: headers, messages, trailers, by gRPC's rules, and leniently where
 * Dubbo's server departs from them (errors under any HTTP status). A single response is held until
 * the trailers say that it counts. Confined to the connection's loop.
 */
final class ClientResponse implements GrpcDeframer.Sink {
  private final TripleClientStream call;
  private final ClientStream.Listener listener;
  private final ClientMethod method;
  private final TripleClientTransport transport;
  private final GrpcDeframer deframer;
  private final boolean single;
  private @Nullable TriplePayload held;
  private @Nullable Http2Headers trailers;
  private int httpStatus;
  private boolean headersSeen;
  private boolean gzip;
  private boolean exception;
  private boolean complete;
  private boolean closed;

  ClientResponse(
      TripleClientStream call,
      ClientStream.Listener listener,
      ClientMethod method,
      TripleClientTransport transport) {
    this.call = call;
    this.listener = listener;
    this.method = method;
    this.transport = transport;
    this.deframer =
        new GrpcDeframer(transport.maxMessageBytes(), transport.channel().alloc(), this);
    Type type = call.descriptor().type();
    this.single = type != Type.SERVER_STREAMING && type != Type.BIDI_STREAMING;
    if (single) {
      request(Integer.MAX_VALUE);
    }
  }

  /** Whether the peer is to send one message. */
  boolean isSingle() {
    return single;
  }

  /** Whether the peer has said all, though not all may be delivered yet. */
  boolean isComplete() {
    return complete;
  }

  void request(int messages) {
    try {
      deframer.request(messages);
    } catch (GrpcFrameException e) {
      call.end(e.status());
    }
  }

  void headers(Http2Headers headers, boolean end) {
    if (closed) {
      return;
    }
    if (headersSeen) {
      trailers(headers, end);
      return;
    }
    httpStatus = TripleStatus.httpStatus(headers);
    if (httpStatus / 100 == 1 && !end) {
      return; // informational
    }
    CharSequence contentType = headers.get(TripleHeaders.CONTENT_TYPE);
    boolean grpc = contentType != null && TripleHeaders.isGrpc(contentType);
    if (end) {
      complete = true;
      boolean trusted = grpc || httpStatus == 200;
      Status status =
          trusted
              ? TripleStatus.ofTrailers(headers, httpStatus, transport.failures().peer())
              : null;
      if (status == null) {
        status = TripleStatus.ofHttp(httpStatus, contentType, transport.failures().peer());
      } else if (status.isOk() && single) {
        status = noMessage();
      }
      call.end(new Outcome(status, HeaderMetadata.read(headers), httpStatus, true, false));
    } else if (!grpc) {
      call.end(TripleStatus.ofHttp(httpStatus, contentType, transport.failures().peer()));
    } else {
      accept(headers);
    }
  }

  private void accept(Http2Headers headers) {
    headersSeen = true;
    CharSequence encoding = headers.get(TripleHeaders.GRPC_ENCODING);
    gzip = encoding != null && TripleHeaders.GZIP.contentEqualsIgnoreCase(encoding);
    if (encoding != null && !gzip && !TripleHeaders.IDENTITY.contentEqualsIgnoreCase(encoding)) {
      call.end(protocolError("grpc-encoding " + encoding + " (expected: identity or gzip)"));
      return;
    }
    CharSequence code = headers.get(TripleHeaders.EXCEPTION_CODE);
    exception = code != null && !"0".contentEquals(code);
    try {
      listener.onHeaders(HeaderMetadata.read(headers));
    } catch (RuntimeException e) {
      call.end(failed(e));
    }
  }

  private void trailers(Http2Headers headers, boolean end) {
    if (!end) {
      call.end(protocolError("a second block of headers that is not the last"));
      return;
    }
    complete = true;
    trailers = headers;
    finish();
  }

  /** Takes DATA; returns how many bytes flow control may return at once. */
  int data(ByteBuf data, boolean end) {
    int bytes = data.readableBytes();
    if (closed) {
      return bytes;
    }
    if (!headersSeen) {
      call.end(protocolError("DATA before headers"));
      return bytes;
    }
    try {
      bytes = deframer.accept(data);
    } catch (GrpcFrameException e) {
      call.end(e.status());
      return bytes;
    }
    if (end) {
      complete = true;
      finish();
    }
    return bytes;
  }

  private void finish() {
    try {
      deframer.end();
    } catch (GrpcFrameException e) {
      Http2Headers last = trailers;
      Status said =
          last == null
              ? null
              : TripleStatus.ofTrailers(last, httpStatus, transport.failures().peer());
      call.end(said == null || said.isOk() ? e.status() : said);
    }
  }

  @Override
  public void message(ByteBuf message, boolean compressed) {
    if (compressed && !gzip) {
      message.release();
      call.end(protocolError("a compressed message without grpc-encoding"));
      return;
    }
    TriplePayload payload =
        new TriplePayload(
            message,
            compressed,
            transport.maxMessageBytes(),
            method.responses(exception),
            Status.Code.INTERNAL,
            call.descriptor());
    if (!single) {
      deliver(payload);
    } else if (held == null) {
      held = payload;
    } else {
      payload.discard();
      call.end(protocolError("a second response").withCode(Status.Code.UNIMPLEMENTED));
    }
  }

  @Override
  public void end() {
    Http2Headers last = trailers;
    Status status =
        last == null
            ? null
            : TripleStatus.ofTrailers(last, httpStatus, transport.failures().peer());
    if (status == null && httpStatus != 200) {
      status = TripleStatus.ofHttp(httpStatus, TripleHeaders.GRPC, transport.failures().peer());
    } else if (status == null) {
      status =
          protocolError(last == null ? "no trailers" : "trailers without grpc-status")
              .withCode(last == null ? Status.Code.INTERNAL : Status.Code.UNKNOWN);
    }
    TriplePayload payload = held;
    if (status.isOk() && single) {
      if (payload == null) {
        status = noMessage();
      } else if (call.descriptor().type() != Type.ONE_WAY) {
        held = null;
        deliver(payload);
      }
    }
    Metadata metadata = last == null ? Metadata.EMPTY : HeaderMetadata.read(last);
    call.end(new Outcome(status, metadata, httpStatus, false, true));
  }

  @Override
  public void consumed(int bytes) {
    transport.handler().consumed(call.stream(), bytes);
  }

  /** An outcome with what was seen so far. */
  Outcome outcome(Status status) {
    return new Outcome(status, Metadata.EMPTY, httpStatus, false, headersSeen);
  }

  void close() {
    closed = true;
    deframer.close();
    if (held != null) {
      held.discard();
      held = null;
    }
  }

  private void deliver(TriplePayload payload) {
    try {
      listener.onMessage(payload);
    } catch (RuntimeException e) {
      call.end(failed(e));
    }
  }

  private Status noMessage() {
    return protocolError("OK without a response").withCode(Status.Code.UNIMPLEMENTED);
  }

  private static Status failed(RuntimeException e) {
    return Status.local(Status.Code.INTERNAL, "listener failed: " + e)
        .withUnprocessed(false)
        .withCause(e);
  }

  private Status protocolError(String what) {
    return Status.transport(
            Status.Code.INTERNAL,
            call.descriptor() + ": " + transport.failures().peer() + " sent " + what)
        .withFlag(ResponseFlag.UPE);
  }
}
