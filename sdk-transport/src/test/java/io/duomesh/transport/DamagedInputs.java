package io.duomesh.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Real inputs, damaged at random: as many as {@code -Dduomesh.fuzz} says, from the seed {@code
 * -Dduomesh.fuzz.seed}.
 */
public final class DamagedInputs {
  private static final long SEED = Long.getLong("duomesh.fuzz.seed", 42);

  /** What is fuzzed; throws whatever it must not throw. */
  public interface Target {
    /** One execution. */
    void run(byte[] input);
  }

  private final Random random = new Random(SEED);
  private final List<byte[]> seeds;
  private final byte[][] pieces;
  private final int head;

  /**
   * Inputs to be.
   *
   * @param pieces what is written over a part of an input
   * @param head the first bytes, which decide most and get half of the damage; 0 for none
   */
  public DamagedInputs(List<byte[]> seeds, byte[][] pieces, int head) {
    this.seeds = seeds;
    this.pieces = pieces;
    this.head = head;
  }

  /** Runs each seed as it is, and then damaged ones. */
  public void run(int otherwise, Target target) {
    assertTrue(seeds.size() > 100);
    seeds.forEach(target::run);
    int count = Integer.getInteger("duomesh.fuzz", otherwise);
    for (int i = 0; i < count; i++) {
      byte[] input = any().clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        input = damage(input);
      }
      try {
        target.run(input);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("execution " + i + ": " + HexFormat.of().formatHex(input), e);
      }
    }
  }

  private byte[] any() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] damage(byte[] input) {
    boolean inHead = head > 0 && random.nextBoolean();
    int at = random.nextInt(inHead ? Math.min(head, input.length) : input.length);
    int length = Math.min(1 + random.nextInt(16), input.length - at);
    switch (random.nextInt(8)) {
      case 0:
        return Arrays.copyOf(input, at + 1);
      case 1: // cut a piece out
        return join(Arrays.copyOf(input, at), Arrays.copyOfRange(input, at + length, input.length));
      case 2: // say a piece twice
        return join(Arrays.copyOf(input, at + length), Arrays.copyOfRange(input, at, input.length));
      case 3: // a piece of another
        byte[] other = any();
        int from = random.nextInt(other.length);
        return join(
            Arrays.copyOf(input, at),
            join(
                Arrays.copyOfRange(other, from, Math.min(other.length, from + 40)),
                Arrays.copyOfRange(input, at, input.length)));
      case 4: // all of another behind
        byte[] next = any();
        return join(input, Arrays.copyOfRange(next, 1, next.length));
      case 5:
        byte[] piece = pieces[random.nextInt(pieces.length)];
        System.arraycopy(piece, 0, input, at, Math.min(piece.length, input.length - at));
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

  /** Writes seeds as files, for another fuzzer to start from. */
  public static void write(List<byte[]> seeds, String directory) throws IOException {
    Path to = Files.createDirectories(Path.of(directory));
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(to.resolve("seed-" + i), seeds.get(i));
    }
  }
}
