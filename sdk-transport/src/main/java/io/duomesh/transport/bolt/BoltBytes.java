package io.duomesh.transport.bolt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of header maps, compared without making text of them. */
final class BoltBytes {
  /** A big-endian long in a byte array, as in a buffer of Netty's. */
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BoltBytes() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static boolean equal(byte[] expected, byte[] block, int from, int length) {
    return expected.length == length
        && Arrays.equals(expected, 0, length, block, from, from + length);
  }
}
