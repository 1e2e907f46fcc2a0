package io.duomesh.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Lines of numbers between the processes; whatever else a library prints is passed over. */
final class Numbers {
  private static final String MARK = "numbers:";

  private Numbers() {}

  static void print(long... numbers) {
    System.out.println(
        LongStream.of(numbers)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(" ", MARK, "")));
  }

  static void print(Usage usage) {
    print(usage.cpuNanos(), usage.bytes(), usage.switches());
  }

  static long[] read(BufferedReader from, String who) throws IOException {
    String line;
    while ((line = from.readLine()) != null) {
      if (line.startsWith(MARK)) {
        return Arrays.stream(line.substring(MARK.length()).split(" ", -1))
            .mapToLong(Long::parseLong)
            .toArray();
      }
    }
    throw new IOException(who + " ended early; what it said is above");
  }
}
