package io.duomesh.transport.serialization;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A short run over damaged content: as many executions as {@code -Dduomesh.fuzz} says, from the
 * seed {@code -Dduomesh.fuzz.seed}.
 */
@Timeout(3600)
class HessianFuzzTest {
  private static final int COUNT = Integer.getInteger("duomesh.fuzz", 100_000);
  private static final long SEED = Long.getLong("duomesh.fuzz.seed", 42);

  private final Random random = new Random(SEED);
  private final List<byte[]> corpus = new ArrayList<>();

  @Test
  void damagedContentIsReadOrRefusedWithinItsLimits() throws IOException {
    corpus.addAll(HessianFuzzTarget.seeds());
    assertTrue(corpus.size() > 100);
    for (byte[] seed : corpus) {
      HessianFuzzTarget.fuzzerTestOneInput(seed);
    }
    for (int i = 0; i < COUNT; i++) {
      byte[] input = corpus.get(random.nextInt(corpus.size())).clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        input = damage(input);
      }
      try {
        HessianFuzzTarget.fuzzerTestOneInput(input);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("execution " + i + ": " + Bytes.hex(input), e);
      }
    }
  }

  private byte[] damage(byte[] input) {
    int at = random.nextInt(input.length);
    int length = Math.min(1 + random.nextInt(16), input.length - at);
    switch (random.nextInt(8)) {
      case 0:
        return Arrays.copyOf(input, at + 1);
      case 1: // cut a piece out
        return join(Arrays.copyOf(input, at), Arrays.copyOfRange(input, at + length, input.length));
      case 2: // say a piece twice
        return join(Arrays.copyOf(input, at + length), Arrays.copyOfRange(input, at, input.length));
      case 3: // a piece of another
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int from = random.nextInt(other.length);
        return join(
            Arrays.copyOf(input, at),
            join(
                Arrays.copyOfRange(other, from, Math.min(other.length, from + 40)),
                Arrays.copyOfRange(input, at, input.length)));
      case 4: // a large number
        for (int i = at; i < at + Math.min(length, 4); i++) {
          input[i] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
        }
        return input;
      case 5: // the beginnings of values
        byte[] tags = {
          'V', 'v', 'M', 'O', 'o', 'R', 'N', 'z', 'Z', 'H', 'C', 'S', 'B', 't', 'u', 'l'
        };
        input[at] = tags[random.nextInt(tags.length)];
        return input;
      case 6:
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
