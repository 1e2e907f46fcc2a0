package io.duomesh.governance.lb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HashesTest {
  /** Vectors of the xxHash project's own sanity check, and of its specification. */
  @Test
  void xxHash64OfKnownTexts() {
    assertEquals(0xEF46DB3751D8E999L, XxHash64.hash("", 0));
    assertEquals(0xD24EC4F1A98C6E5BL, XxHash64.hash("a", 0));
    assertEquals(0x44BC2CF5AD770999L, XxHash64.hash("abc", 0));
    assertEquals(
        0x0B242D361FDA71BCL, XxHash64.hash("The quick brown fox jumps over the lazy dog", 0));
    assertEquals(0xD5AFBA1336A3BE4BL, XxHash64.hash("", 1));
  }

  @Test
  void textOutsideAsciiIsHashedAsUtf8() {
    String bytes = new String("ü€😀".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertEquals(bytes, XxHash64.bytes("ü€😀"));
  }

  /** Envoy's vectors, test/common/common/hash_test.cc and murmur_hash_test.cc. */
  @Test
  void murmurHash2OfKnownTexts() {
    assertEquals(Long.parseUnsignedLong("9631199822919835226"), MurmurHash2.hash("foo"));
    assertEquals(Long.parseUnsignedLong("11474628671133349555"), MurmurHash2.hash("bar"));
  }
}
