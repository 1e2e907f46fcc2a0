package io.duomesh.transport.triple;

import io.duomesh.RpcException;
import io.duomesh.Status;
import io.duomesh.transport.Payload;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message as it came, decoded by whoever reads it. */
final class TriplePayload implements Payload {
  private final ByteBuf message;
  private final boolean compressed;
  private final int maxBytes;
  private final MessageDecoder decoder;
  private final Status.Code unreadable;
  private final Object call;

  /**
   * A payload that owns {@code message}.
   *
   * @param maxBytes most bytes that a compressed message may inflate to
   * @param unreadable code of what cannot be read
   * @param call names the call in messages
   */
  TriplePayload(
      ByteBuf message,
      boolean compressed,
      int maxBytes,
      MessageDecoder decoder,
      Status.Code unreadable,
      Object call) {
    this.message = message;
    this.compressed = compressed;
    this.maxBytes = maxBytes;
    this.decoder = decoder;
    this.unreadable = unreadable;
    this.call = call;
  }

  @Override
  public @Nullable Object read() {
    try {
      return compressed ? inflated() : decoder.decode(message);
    } catch (GrpcFrameException e) {
      throw new RpcException(e.status());
    } catch (IOException e) {
      throw new RpcException(
          Status.remote(
                  unreadable,
                  (unreadable == Status.Code.INVALID_ARGUMENT ? "request to " : "response of ")
                      + call
                      + " cannot be read: "
                      + e.getMessage())
              .withCause(e));
    } finally {
      message.release();
    }
  }

  private @Nullable Object inflated() throws IOException, GrpcFrameException {
    ByteBuf plain = Gzip.inflate(message, maxBytes);
    try {
      return decoder.decode(plain);
    } finally {
      plain.release();
    }
  }

  @Override
  public void discard() {
    message.release();
  }
}
