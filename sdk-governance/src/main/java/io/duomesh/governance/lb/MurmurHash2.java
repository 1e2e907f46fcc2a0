package io.duomesh.governance.lb;

/**
 * The 64-bit MurmurHash2 of libstdc++ ({@code std::hash<std::string>}), which Envoy's rings know.
 */
final class MurmurHash2 {
  private static final long SEED = 0xC70F6907L;
  private static final long MUL = 0xC6A4A7935BD1E995L;

  private MurmurHash2() {}

  static long hash(String text) {
    String bytes = XxHash64.bytes(text);
    int whole = bytes.length() & ~7;
    long hash = SEED ^ bytes.length() * MUL;
    for (int at = 0; at < whole; at += 8) {
      hash = (hash ^ mix(XxHash64.word(bytes, at) * MUL) * MUL) * MUL;
    }
    if (whole < bytes.length()) {
      long rest = 0;
      for (int at = bytes.length() - 1; at >= whole; at--) {
        rest = rest << 8 | bytes.charAt(at);
      }
      hash = (hash ^ rest) * MUL;
    }
    return mix(mix(hash) * MUL);
  }

  private static long mix(long value) {
    return value ^ value >>> 47;
  }
}
