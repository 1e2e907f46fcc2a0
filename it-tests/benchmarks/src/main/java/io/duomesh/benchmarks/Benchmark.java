package io.duomesh.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.Main;

/**
 * Runs each protocol beside its peer, alternating, and prints the best run of each and the ratios.
 * System properties: {@code benchmark.runs} (5), {@code benchmark.in-flight} (32), {@code
 * benchmark.warm} and {@code benchmark.seconds} (10, 10), {@code benchmark.peers} (all), {@code
 * benchmark.jvm} (flags).
 */
final class Benchmark {
  private static final List<List<String>> PAIRS =
      List.of(List.of("duomesh-bolt", "sofabolt"), List.of("duomesh-triple", "grpc-java"));

  private Benchmark() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("jmh")) {
      Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    int runs = Integer.getInteger("benchmark.runs", 5);
    int inFlight = Integer.getInteger("benchmark.in-flight", 32);
    int warm = Integer.getInteger("benchmark.warm", 10);
    int seconds = Integer.getInteger("benchmark.seconds", 10);
    String only = System.getProperty("benchmark.peers", "");
    System.out.printf(
        Locale.ROOT,
        "1 KB echo, 1 connection, %d in flight, handlers on event loops, Java %s, %s, best of %d%n",
        inFlight,
        Runtime.version().feature(),
        Pinning.AVAILABLE ? "a core each for client and server" : "not pinned",
        runs);
    for (List<String> pair : PAIRS) {
      List<String> peers = pair.stream().filter(p -> only.isEmpty() || only.contains(p)).toList();
      List<List<Run>> results = new ArrayList<>();
      peers.forEach(p -> results.add(new ArrayList<>()));
      for (int run = 0; run < runs; run++) {
        for (int i = 0; i < peers.size(); i++) {
          Run result = Run.of(peers.get(i), inFlight, warm, seconds);
          results.get(i).add(result);
          print("  " + result.peer(), result);
        }
      }
      List<Run> best = results.stream().map(Benchmark::best).toList();
      best.forEach(run -> print("best " + run.peer(), run));
      if (best.size() == 2) {
        System.out.printf(
            Locale.ROOT,
            "%s / %s: CPU %.2f, bytes %.2f%n",
            best.get(0).peer(),
            best.get(1).peer(),
            best.get(0).cpuMicros() / best.get(1).cpuMicros(),
            best.get(0).bytes() / best.get(1).bytes());
      }
    }
  }

  private static Run best(List<Run> runs) {
    return runs.stream().min(Comparator.comparingDouble(Run::cpuMicros)).orElseThrow();
  }

  private static void print(String title, Run run) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %7.2f us CPU/call (client %.2f, server %.2f) %8.0f B/call (%.0f, %.0f)"
            + " %8.0f calls/s  p50 %d us, p99 %d us, p99.9 %d us%n",
        title,
        run.cpuMicros(),
        run.client().cpuNanos() / 1000.0 / run.calls(),
        run.server().cpuNanos() / 1000.0 / run.calls(),
        run.bytes(),
        (double) run.client().bytes() / run.calls(),
        (double) run.server().bytes() / run.calls(),
        run.callsPerSecond(),
        run.p50() / 1000,
        run.p99() / 1000,
        run.p999() / 1000);
  }
}
