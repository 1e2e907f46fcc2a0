package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.ResponseFlag;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.Outcome;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a response means to its call. Results and exceptions of the service stay encoded and go to
 * the caller's thread; a framework's error is a short text and is read here, on the event loop.
 */
final class Responses {
  static final String ERROR = "sofa_head_response_error";

  /**
   * Header of ours for what SOFARPC has no words for: a status's number, then {@code ;unprocessed}
   * or {@code ;application}, where the service itself said so.
   */
  static final String STATUS = "duomesh_status";

  private static final String UNPROCESSED = ";unprocessed";
  private static final String APPLICATION = ";application";
  private static final String SERVICE_NOT_FOUND = "RPC-020100010";
  private static final String METHOD_NOT_FOUND = "RPC-020100011";

  /** A SOFARPC server's answer between the end of its port and its own. */
  private static final String SERVER_STOPPED = "RPC-019990009";

  /** An error's text is not looked for in more than this. */
  private static final int MOST_ERROR_BYTES = 64 * 1024;

  private Responses() {}

  /** Ends a call with a response, which is freed or passed on. */
  static void deliver(BoltClientStream call, BoltFrame frame) {
    if (frame.headerLength() == 0 && frame.timeoutOrStatus() == BoltStatus.SUCCESS) {
      call.deliver(frame, Outcome.OK); // the way of nearly every response
      return;
    }
    try {
      Headers headers = headers(frame, call.method().codec());
      Metadata trailers = headers.user.build();
      Status error = error(call, frame, headers);
      if (error != null) {
        frame.release();
        // an error is the whole of a response, so that retry policies see its code
        call.end(new Outcome(error, trailers, httpStatus(frame, error), true, true));
        return;
      }
      call.deliver(
          frame,
          trailers.isEmpty() ? Outcome.OK : new Outcome(Status.OK, trailers, 200, false, true));
    } catch (HeaderMap.MalformedException | IOException | RuntimeException e) {
      frame.release();
      call.end(unreadable(call, e));
    }
  }

  private static Headers headers(BoltFrame frame, ContentCodec codec)
      throws HeaderMap.MalformedException {
    Headers headers = new Headers();
    try {
      HeaderMap.forEach(frame.headerBytes(), headers);
      return headers;
    } catch (HeaderMap.MalformedException e) {
      if (codec.readsErrors()) {
        throw e;
      }
      return new Headers(); // plain SOFABolt's may be anything
    }
  }

  /**
   * Reads the result that a response carries.
   *
   * @throws RpcException if that is an exception, or cannot be read
   */
  static @Nullable Object read(BoltFrame frame, BoltMethod method) {
    MethodDescriptor descriptor = method.descriptor();
    try {
      return method.codec().readResponse(frame, descriptor);
    } catch (RpcException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new RpcException(
          Status.transport(
                  Code.INTERNAL, "response of " + descriptor + " cannot be read: " + e.getMessage())
              .withFlag(ResponseFlag.UPE)
              .withCause(e));
    }
  }

  private static @Nullable Status error(BoltClientStream call, BoltFrame frame, Headers headers)
      throws IOException {
    int bolt = frame.timeoutOrStatus();
    boolean readable = frame.contentLength() > 0 && frame.contentLength() <= MOST_ERROR_BYTES;
    if (bolt != BoltStatus.SUCCESS) {
      String text = readable ? ServerExceptionContent.text(frame) : null;
      String said = text != null ? text : BoltStatus.text(bolt);
      Status status =
          headers.status != null ? ours(headers.status, said) : BoltStatus.toStatus(bolt, said);
      return status.withCause(call.method().codec().failure(frame));
    }
    if (!call.method().codec().readsErrors()) {
      return null;
    }
    String text = headers.error && readable ? call.method().codec().readError(frame) : null;
    if (headers.status != null) {
      return ours(headers.status, text == null ? "" : text);
    }
    return text == null ? null : status(call.method().codec(), text);
  }

  /** The status of an error text without a number. */
  static Status status(ContentCodec codec, String text) {
    if (text.startsWith(SERVICE_NOT_FOUND) || text.startsWith(METHOD_NOT_FOUND)) {
      return Status.remote(Code.UNIMPLEMENTED, text);
    }
    if (text.startsWith(SERVER_STOPPED)) {
      return Status.remote(Code.UNAVAILABLE, text).withUnprocessed(true);
    }
    Status unknown = Status.remote(Code.UNKNOWN, text);
    // without Hessian an exception of the service is a text like any other
    return codec.id() == BoltFrame.HESSIAN
        ? unknown
        : unknown.withOrigin(Status.Origin.APPLICATION);
  }

  private static Status ours(String header, String text) {
    int end = header.indexOf(';');
    String qualifier = end < 0 ? "" : header.substring(end);
    Code code;
    try {
      code = Code.of(Integer.parseInt(end < 0 ? header : header.substring(0, end)));
    } catch (NumberFormatException e) {
      code = Code.UNKNOWN;
    }
    Status status = Status.remote(code == Code.OK ? Code.UNKNOWN : code, text);
    return switch (qualifier) {
      case UNPROCESSED -> status.withUnprocessed(true);
      case APPLICATION -> status.withOrigin(Status.Origin.APPLICATION);
      default -> status;
    };
  }

  /** A server's word for a status in a header. */
  static String header(Status status) {
    String number = String.valueOf(status.code().number());
    if (status.unprocessed()) {
      return number + UNPROCESSED;
    }
    return status.origin() == Status.Origin.APPLICATION ? number + APPLICATION : number;
  }

  private static int httpStatus(BoltFrame frame, Status error) {
    if (frame.timeoutOrStatus() != BoltStatus.SUCCESS) {
      return BoltStatus.httpStatus(frame.timeoutOrStatus());
    }
    return switch (error.code()) {
      case UNIMPLEMENTED, NOT_FOUND -> 404;
      case INVALID_ARGUMENT -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case RESOURCE_EXHAUSTED -> 429;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      default -> error.origin() == Status.Origin.APPLICATION ? 200 : 500;
    };
  }

  /** Ends a call whose response is too large. */
  static void refuseOversized(BoltClientStream call, String excess) {
    call.end(
        Outcome.of(
            Status.transport(
                    Code.RESOURCE_EXHAUSTED,
                    "response of " + call.invocation().method() + " has " + excess)
                .withFlag(ResponseFlag.UPE)));
  }

  private static Outcome unreadable(BoltClientStream call, Exception e) {
    return Outcome.of(
        Status.transport(
                Code.INTERNAL,
                "response of " + call.invocation().method() + " cannot be read: " + e.getMessage())
            .withFlag(ResponseFlag.UPE));
  }

  private static final class Headers implements HeaderMap.Visitor {
    private final Metadata.Builder user = Metadata.builder();
    private boolean error;
    private @Nullable String status;

    @Override
    public void entry(byte[] block, int key, int keyLength, int value, int valueLength) {
      String name = HeaderMap.text(block, key, keyLength);
      String text = HeaderMap.text(block, value, valueLength);
      if (name.equals(ERROR)) {
        error = text.equals("true");
      } else if (name.equals(STATUS)) {
        status = text;
      } else if (!HeaderMap.isReserved(name)) {
        user.add(name, text);
      }
    }
  }
}
