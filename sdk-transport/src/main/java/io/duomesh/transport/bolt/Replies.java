package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.BoltMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a server's answers as SOFARPC's clients understand them: the service's results and
 * exceptions, unknown names and free statuses in a {@code SofaResponse} under status success, the
 * rest under a Bolt status with a {@code RpcServerException}. What either cannot say exactly stands
 * in a header of ours.
 */
final class Replies {

  static final byte[] RESPONSE_NAME = BoltBytes.ascii(SofaResponse.CLASS);
  private static final byte[] EXCEPTION_NAME = BoltBytes.ascii(ServerExceptionContent.CLASS);

  /** Room for a head before the class name, v2's included. */
  private static final int HEAD_ROOM = 24;

  private Replies() {}

  /** SOFARPC's text for a method or overload that a service does not have. */
  static String noMethod(String service, String method) {
    return "RPC-020100011: Cannot find invoke method: [" + service + "." + method + "] ";
  }

  /**
   * A status with SOFARPC's text where it says that the service, or else the method, is unknown.
   */
  static Status inSofasWords(Status status, RequestHead head, boolean serviceIsKnown) {
    if (status.code() != Code.UNIMPLEMENTED || status.message().startsWith("RPC-")) {
      return status;
    }
    String service = head.serviceText();
    return status.withMessage(
        serviceIsKnown
            ? noMethod(service, String.valueOf(head.method()))
            : "RPC-020100010: RPC cannot find service: [" + service + "] ");
  }

  /** Writes a content. */
  private interface Content {
    void write(MessageOutput out) throws IOException;
  }

  /**
   * A result, or an error if it cannot be encoded.
   *
   * @param estimate content bytes to expect
   * @param most content bytes allowed
   */
  static ByteBuf result(
      BoltFrame request,
      ContentCodec codec,
      ServerMethod method,
      @Nullable Object result,
      Metadata user,
      int estimate,
      int most) {
    if (result instanceof BoltMessage forwarded) {
      return forwarded(request, forwarded, BoltStatus.SUCCESS);
    }
    try {
      return encode(
          request,
          request.codec(),
          BoltStatus.SUCCESS,
          codec.responseClass(result),
          null,
          user,
          estimate,
          most,
          out -> codec.writeResponse(out, method.descriptor(), result));
    } catch (IOException | RuntimeException | Error e) { // a value's own code may throw anything
      String what = "response of " + method.descriptor();
      return exception(
          request,
          BoltStatus.SERVER_SERIAL_EXCEPTION,
          e instanceof MessageOutput.TooLargeException
              ? Status.remote(
                  Code.RESOURCE_EXHAUSTED,
                  what + " is larger than " + most + " bytes (duomesh.transport.max-message-size)")
              : Status.remote(
                  Code.INTERNAL,
                  what + " cannot be serialized: " + (e instanceof Error ? e : e.getMessage())),
          user);
    }
  }

  /** An error of a call that nobody took. */
  static ByteBuf error(BoltFrame request, Status status) {
    return error(request, Contents.ERRORS, status, Metadata.EMPTY);
  }

  /** An error. */
  static ByteBuf error(BoltFrame request, ContentCodec codec, Status status, Metadata user) {
    if (status.cause() instanceof ForwardedFailure kept) {
      return forwarded(request, kept.response(), kept.status());
    }
    int bolt = codec.status(status);
    if (bolt == BoltStatus.SUCCESS
        && status.code() == Code.UNIMPLEMENTED
        && request.codec() != BoltFrame.HESSIAN) {
      bolt = BoltStatus.SERVER_DESERIAL_EXCEPTION; // SOFARPC's answer under codecs 11 and 12
    }
    if (bolt == BoltStatus.SERVER_THREADPOOL_BUSY) {
      return bare(request, bolt);
    }
    if (bolt != BoltStatus.SUCCESS) {
      return exception(request, bolt, status, user);
    }
    boolean thrown = status.origin() == Status.Origin.APPLICATION && status.cause() != null;
    String number = thrown || status.code() == Code.UNIMPLEMENTED ? "" : Responses.header(status);
    try {
      return encode(
          request,
          codec.id(),
          bolt,
          RESPONSE_NAME,
          number,
          user,
          256,
          Integer.MAX_VALUE,
          out -> codec.writeError(out, status));
    } catch (IOException | RuntimeException | Error e) { // as above
      return unwritten(request, codec, status, user);
    }
  }

  /** With less of an error that cannot be written. */
  private static ByteBuf unwritten(
      BoltFrame request, ContentCodec codec, Status status, Metadata user) {
    Throwable cause = status.origin() == Status.Origin.APPLICATION ? status.cause() : null;
    if (cause == null) {
      return exception(request, BoltStatus.SERVER_SERIAL_EXCEPTION, status, Metadata.EMPTY);
    }
    return cause instanceof BareThrowable
        ? error(request, codec, status.withCause(null), user)
        : error(
            request,
            codec,
            status.withCause(new BareThrowable(cause)).withMessage(cause.toString()),
            user);
  }

  /** A response as it came from elsewhere. */
  private static ByteBuf forwarded(BoltFrame request, BoltMessage message, int bolt) {
    byte[] header = message.header();
    byte[] content = message.content();
    int nameBytes = ByteBufUtil.utf8Bytes(message.className());
    ByteBuf out =
        PooledByteBufAllocator.DEFAULT.directBuffer(
            HEAD_ROOM + nameBytes + header.length + content.length + 4);
    request.writeResponseHead(out, message.codec(), bolt, nameBytes, header.length, content.length);
    ByteBufUtil.writeUtf8(out, message.className());
    out.writeBytes(header).writeBytes(content);
    request.finishResponse(out);
    return out;
  }

  /**
   * A Bolt status with a text; and with the code where the status stands for another one. Whether
   * the call was processed is the Bolt status's to say, as where there is no header.
   */
  static ByteBuf exception(BoltFrame request, int bolt, Status status, Metadata user) {
    boolean exact = BoltStatus.toStatus(bolt, "").code() == status.code();
    try {
      return encode(
          request,
          BoltFrame.HESSIAN,
          bolt,
          EXCEPTION_NAME,
          exact ? null : Responses.header(status.withUnprocessed(false)),
          user,
          256,
          Integer.MAX_VALUE,
          out -> ServerExceptionContent.write(out, status.message()));
    } catch (IOException | RuntimeException e) {
      return bare(request, bolt); // headers too large
    }
  }

  /** A heartbeat's answer. */
  static ByteBuf beat(BoltFrame beat) {
    return bare(beat, beat.codec(), BoltStatus.SUCCESS);
  }

  /** A status alone. */
  static ByteBuf bare(BoltFrame request, int bolt) {
    return bare(request, BoltFrame.HESSIAN, bolt);
  }

  private static ByteBuf bare(BoltFrame request, int codec, int bolt) {
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(HEAD_ROOM + 4);
    request.writeResponseHead(out, codec, bolt, 0, 0, 0);
    request.finishResponse(out);
    return out;
  }

  private static ByteBuf encode(
      BoltFrame request,
      int codec,
      int bolt,
      byte[] className,
      @Nullable String errorNumber,
      Metadata user,
      int estimate,
      int most,
      Content content)
      throws IOException {
    ByteBuf out =
        PooledByteBufAllocator.DEFAULT.directBuffer(
            HEAD_ROOM + className.length + estimate + (user.isEmpty() ? 64 : 512));
    boolean done = false;
    try {
      int head = BoltFrame.headLength(request.protocol(), BoltFrame.RESPONSE);
      out.writerIndex(head).writeBytes(className);
      int at = out.writerIndex();
      if (errorNumber != null) {
        HeaderMap.write(out, Responses.ERROR, "true");
        if (!errorNumber.isEmpty()) {
          HeaderMap.write(out, Responses.STATUS, errorNumber);
        }
      }
      HeaderMap.writeUser(out, user);
      int headers = out.writerIndex() - at;
      if (headers > BoltFrame.MAX_SHORT_LENGTH) {
        throw new IOException("response headers of " + headers + " bytes");
      }
      at = out.writerIndex();
      content.write(new MessageOutput(out, most));
      int end = out.writerIndex();
      out.writerIndex(0);
      request.writeResponseHead(out, codec, bolt, className.length, headers, end - at);
      out.writerIndex(end);
      request.finishResponse(out);
      done = true;
      return out;
    } finally {
      if (!done) {
        out.release();
      }
    }
  }
}
