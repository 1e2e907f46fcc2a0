package io.duomesh.transport.bolt;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A short run over damaged frames: as many executions as {@code -Dduomesh.fuzz} says, from the seed
 * {@code -Dduomesh.fuzz.seed}.
 */
@Timeout(3600)
class FrameFuzzTest {
  private static final int COUNT = Integer.getInteger("duomesh.fuzz", 20_000);
  private static final long SEED = Long.getLong("duomesh.fuzz.seed", 42);

  private final Random random = new Random(SEED);
  private final List<byte[]> corpus = new ArrayList<>();

  @Test
  void damagedFramesAreReadOrRefusedWithinTheirLimits() throws IOException {
    corpus.addAll(FrameFuzzTarget.seeds());
    assertTrue(corpus.size() > 100);
    for (byte[] seed : corpus) {
      FrameFuzzTarget.fuzzerTestOneInput(seed);
    }
    for (int i = 0; i < COUNT; i++) {
      byte[] input = corpus.get(random.nextInt(corpus.size())).clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        input = damage(input);
      }
      try {
        FrameFuzzTarget.fuzzerTestOneInput(input);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("execution " + i + ": " + RawBolt.hex(input), e);
      }
    }
  }

  private byte[] damage(byte[] input) {
    // half of all damage meets the head, whose fields decide most
    int at = random.nextInt(random.nextBoolean() ? Math.min(30, input.length) : input.length);
    int length = Math.min(1 + random.nextInt(16), input.length - at);
    switch (random.nextInt(7)) {
      case 0:
        return Arrays.copyOf(input, at + 1);
      case 1: // cut a piece out
        return join(Arrays.copyOf(input, at), Arrays.copyOfRange(input, at + length, input.length));
      case 2: // say a piece twice
        return join(Arrays.copyOf(input, at + length), Arrays.copyOfRange(input, at, input.length));
      case 3: // another frame behind
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        return join(input, Arrays.copyOfRange(other, 1, other.length));
      case 4: // a length at an edge
        byte[][] edges = {
          {0x7f, -1}, {-128, 0}, {-1, -1, -1, -1}, {0x7f, -1, -1, -1}, {0, 0, 0, 0}, {-128, 0, 0, 0}
        };
        byte[] edge = edges[random.nextInt(edges.length)];
        System.arraycopy(edge, 0, input, at, Math.min(edge.length, input.length - at));
        return input;
      case 5:
        input[at] ^= (byte) (1 << random.nextInt(8));
        return input;
      default:
        input[at] = (byte) random.nextInt(256);
        return input;
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined.length == 0 ? new byte[1] : joined;
  }
}
