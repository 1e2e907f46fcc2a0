package io.duomesh.governance.lb;

import java.nio.charset.StandardCharsets;

/**
 * xxHash64 of text, as its UTF-8 bytes. ASCII text is read in place, nothing is allocated.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">specification</a>
 */
final class XxHash64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private XxHash64() {}

  static long hash(String text, long seed) {
    String bytes = bytes(text);
    int length = bytes.length();
    int at = 0;
    long hash;
    if (length >= 32) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      for (; at <= length - 32; at += 32) {
        a = round(a, word(bytes, at));
        b = round(b, word(bytes, at + 8));
        c = round(c, word(bytes, at + 16));
        d = round(d, word(bytes, at + 24));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    } else {
      hash = seed + P5;
    }
    return finish(hash + length, bytes, at);
  }

  private static long finish(long start, String bytes, int from) {
    long hash = start;
    int at = from;
    for (; at <= bytes.length() - 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, word(bytes, at)), 27) * P1 + P4;
    }
    if (at <= bytes.length() - 4) {
      hash = Long.rotateLeft(hash ^ (half(bytes, at) * P1), 23) * P2 + P3;
      at += 4;
    }
    for (; at < bytes.length(); at++) {
      hash = Long.rotateLeft(hash ^ (bytes.charAt(at) * P5), 11) * P1;
    }
    hash = (hash ^ (hash >>> 33)) * P2;
    hash = (hash ^ (hash >>> 29)) * P3;
    return hash ^ (hash >>> 32);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * P2, 31) * P1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * P1 + P4;
  }

  /** Text of one character per UTF-8 byte: the text itself where it is ASCII. */
  static String bytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      }
    }
    return text;
  }

  /** Eight bytes, the first lowest. */
  static long word(String bytes, int at) {
    return half(bytes, at) | half(bytes, at + 4) << 32;
  }

  private static long half(String bytes, int at) {
    return bytes.charAt(at)
        | bytes.charAt(at + 1) << 8
        | bytes.charAt(at + 2) << 16
        | (long) bytes.charAt(at + 3) << 24;
  }
}
