package io.duomesh.transport.bolt;

import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.MethodDescriptor.Type;
import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.transport.BoltOptions.Frames;
import io.duomesh.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A method as a client sends it on Bolt: its codec, and what stands around its contents. Safe for
 * use by many threads.
 */
final class BoltMethod {
  static final String REQUEST_CLASS = "com.alipay.sofa.rpc.core.request.SofaRequest";
  static final byte[] REQUEST_NAME = BoltBytes.ascii(REQUEST_CLASS);
  static final String SERVICE = "service";
  static final String METHOD = "sofa_head_method_name";

  private final MethodDescriptor descriptor;
  private final ContentCodec codec;
  private final boolean oneWay;
  private final int maxMessageBytes;
  private final Frames frames;
  private final RequestForm form;

  /** Content bytes to expect; a hint that threads may overwrite for each other. */
  private int estimate = 256;

  BoltMethod(MethodDescriptor descriptor, ContentCodec codec, TransportOptions options) {
    this.descriptor = descriptor;
    this.codec = codec;
    this.oneWay = descriptor.type() == Type.ONE_WAY;
    this.maxMessageBytes = options.maxMessageBytes();
    this.frames = options.bolt().frames();
    this.form = codec.form(descriptor, options.application());
  }

  MethodDescriptor descriptor() {
    return descriptor;
  }

  ContentCodec codec() {
    return codec;
  }

  boolean isOneWay() {
    return oneWay;
  }

  /**
   * Encodes a request with request id 0, to be sealed once it has its own.
   *
   * @throws RpcException if it cannot be encoded or is too large
   */
  ByteBuf encode(Invocation invocation, @Nullable Object message) {
    int head = BoltFrame.requestHead(frames);
    int expected = head + form.estimate() + estimate;
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(expected);
    boolean done = false;
    try {
      out.writerIndex(head);
      int classLength = form.write(out, invocation, message);
      int headers = out.writerIndex() - head - classLength;
      if (Math.max(headers, classLength) > BoltFrame.MAX_SHORT_LENGTH) {
        throw refused(
            Code.RESOURCE_EXHAUSTED,
            "class name and headers of "
                + (classLength + headers)
                + " bytes (expected: at most "
                + BoltFrame.MAX_SHORT_LENGTH
                + " each)",
            null);
      }
      int content = out.writerIndex();
      codec.writeRequest(new MessageOutput(out, maxMessageBytes), invocation, message);
      content = out.writerIndex() - content;
      estimate = Math.max(content, estimate - (estimate >> 3));
      writeHead(out, form.codec(message), invocation.deadline(), classLength, headers, content);
      done = true;
      return out;
    } catch (MessageOutput.TooLargeException e) {
      throw refused(
          Code.RESOURCE_EXHAUSTED,
          "larger than " + maxMessageBytes + " bytes (duomesh.transport.max-message-size)",
          null);
    } catch (IOException | RuntimeException | Error e) { // a value's own code may throw anything
      throw e instanceof RpcException known
          ? known
          : refused(
              Code.INTERNAL,
              "cannot be serialized: " + (e instanceof Error ? e : e.getMessage()),
              e);
    } finally {
      if (!done) {
        out.release();
      }
    }
  }

  private void writeHead(
      ByteBuf out, int codecId, Deadline deadline, int classLength, int headers, int content) {
    int end = out.writerIndex();
    out.writerIndex(0);
    BoltFrame.writeRequestHead(
        out,
        frames,
        oneWay ? BoltFrame.ONE_WAY : BoltFrame.REQUEST,
        BoltFrame.CALL,
        0,
        codecId,
        oneWay ? -1 : timeoutMillis(deadline),
        classLength,
        headers,
        content);
    out.writerIndex(end);
  }

  /** A request's timeout field; −1, no time limit at all peers, where there is no deadline. */
  static int timeoutMillis(Deadline deadline) {
    if (deadline.isNone()) {
      return -1;
    }
    // rounded up: a peer must not give up before us
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos() + 999_999);
    return (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE));
  }

  private RpcException refused(Code code, String what, @Nullable Throwable cause) {
    return new RpcException(
        Status.local(code, "request to " + descriptor + ": " + what).withCause(cause));
  }
}
