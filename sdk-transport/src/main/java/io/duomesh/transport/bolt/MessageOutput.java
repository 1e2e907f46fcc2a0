package io.duomesh.transport.bolt;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a content straight into a frame's buffer, up to a limit. */
final class MessageOutput extends OutputStream {
  private final ByteBuf out;
  private final int end;

  /** An output of at most {@code limit} bytes after what the buffer holds. */
  MessageOutput(ByteBuf out, int limit) {
    this.out = out;
    this.end = (int) Math.min((long) out.writerIndex() + limit, Integer.MAX_VALUE);
  }

  @Override
  public void write(int b) throws IOException {
    check(1);
    out.writeByte(b);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    check(length);
    out.writeBytes(bytes, from, length);
  }

  private void check(int length) throws IOException {
    if (length > end - out.writerIndex()) {
      throw new TooLargeException();
    }
  }

  /** The limit was met. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it touches nothing
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
