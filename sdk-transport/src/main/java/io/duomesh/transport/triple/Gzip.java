package io.duomesh.transport.triple;

import io.duomesh.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Messages compressed with gzip, read within a limit that holds while they inflate. */
final class Gzip {
  private static final int STEP = 8 << 10;

  private Gzip() {}

  /**
   * The inflated message; the caller owns it, and {@code message} still.
   *
   * @throws GrpcFrameException if it is larger than {@code maxBytes}
   */
  static ByteBuf inflate(ByteBuf message, int maxBytes) throws IOException, GrpcFrameException {
    ByteBuf plain = message.alloc().buffer(Math.min(maxBytes, 4 * message.readableBytes()));
    boolean whole = false;
    try (GZIPInputStream in = new GZIPInputStream(new ByteBufInputStream(message.slice()))) {
      while (plain.writeBytes(in, STEP) >= 0) {
        if (plain.readableBytes() > maxBytes) {
          throw new GrpcFrameException(
              Status.Code.RESOURCE_EXHAUSTED,
              "compressed message inflates to more than "
                  + maxBytes
                  + " bytes (duomesh.transport.max-message-size)");
        }
      }
      whole = true;
      return plain;
    } finally {
      if (!whole) {
        plain.release();
      }
    }
  }
}
