package io.duomesh.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.Main;

/**
 * Runs each load's peers by turns and prints a table; {@code jmh} runs the micro-benchmarks
 * instead. See {@code docs/performance.md}.
 */
final class Benchmark {
  private Benchmark() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("jmh")) {
      Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    boolean sound = run(options);
    System.exit(sound ? 0 : 1);
  }

  /** Whether no call was lost by us. */
  private static boolean run(Options options) throws IOException {
    List<Run> all = new ArrayList<>();
    StringBuilder tables = new StringBuilder(conditions(options));
    System.err.print(conditions(options));
    boolean sound = true;
    for (Options.Case measured : options.cases()) {
      List<Run> runs = new ArrayList<>();
      for (int i = 0; i < options.runs(); i++) {
        for (Peers peer : measured.peers()) {
          Run run = attempt(options, peer, measured.load(), true);
          if (run != null) {
            runs.add(run);
          }
        }
      }
      all.addAll(runs);
      List<Result> results = Result.of(runs);
      sound &= results.stream().noneMatch(r -> r.peer().startsWith("duomesh") && r.lost() > 0);
      tables.append('\n').append(Table.of(measured.load(), results));
    }
    System.out.println(tables);
    Path json = Path.of(options.json()).toAbsolutePath();
    Files.createDirectories(json.getParent());
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(json.toFile(), Map.of("conditions", conditions(options), "runs", all));
    System.out.println("every run: " + options.json());
    return sound;
  }

  /** One run; null where the peer broke down twice, which it has said. */
  private static @Nullable Run attempt(Options options, Peers peer, Load load, boolean again) {
    Run run;
    try {
      run = new Pair(options).run(peer, load);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return again ? attempt(options, peer, load, false) : null;
    }
    System.err.printf(
        Locale.ROOT,
        "  %-18s %s: %.2f µs, %.0f B, %.2f switches per call, %.0f calls/s%n",
        peer,
        load,
        run.cpuMicros(),
        run.bytes(),
        run.switches(),
        run.callsPerSecond());
    return run;
  }

  private static String conditions(Options options) {
    return String.format(
        Locale.ROOT,
        "1 KB echo, Java %s, %s; best and median of %d runs by turns, %.0f s each after %.0f s of CPU to warm up%n",
        options.version(),
        Pinning.AVAILABLE ? "client and server pinned to a core each" : "not pinned",
        options.runs(),
        options.millis() / 1000.0,
        options.warmMillis() / 1000.0);
  }
}
