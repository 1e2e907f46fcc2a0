package io.duomesh.transport.serialization;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The bytes of one message, in an array that is kept for the next. Confined to one thread. */
final class WholeInput {
  private static final int KEPT = 64 * 1024;

  private byte[] kept = new byte[1024];
  private int count;

  /** Reads a stream to its end; {@link #count} bytes of the array are its. */
  byte[] read(InputStream from) throws IOException {
    byte[] bytes = kept;
    count = 0;
    int read = 0;
    while (read >= 0) {
      count += read;
      if (count == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(count * 2, count + from.available()));
      }
      read = from.read(bytes, count, bytes.length - count);
    }
    if (bytes.length <= KEPT) {
      kept = bytes;
    }
    return bytes;
  }

  /** Copies a part of a buffer, which is left as it is. */
  byte[] read(ByteBuf from, int index, int length) {
    byte[] bytes = kept;
    if (length > bytes.length) {
      bytes = new byte[length];
      if (length <= KEPT) {
        kept = bytes;
      }
    }
    from.getBytes(index, bytes, 0, length);
    return bytes;
  }

  /** How many bytes of a stream were read last. */
  int count() {
    return count;
  }
}
