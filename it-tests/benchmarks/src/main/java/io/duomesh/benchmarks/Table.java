package io.duomesh.benchmarks;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The results under one load as a table in Markdown. */
final class Table {
  /** Peers that others are compared to, where they are among the results. */
  private static final List<Peers> YARDSTICKS =
      List.of(Peers.RAW_HOP, Peers.RAW, Peers.SOFABOLT, Peers.SOFARPC, Peers.GRPC_DIRECT);

  private Table() {}

  static String of(Load load, List<Result> results) {
    List<Result> yardsticks =
        YARDSTICKS.stream().map(y -> find(results, y)).filter(r -> r != null).limit(3).toList();
    StringBuilder text = new StringBuilder("### " + load + "\n\n");
    text.append("| peer | CPU µs/call, best (client + server) | median |");
    yardsticks.forEach(y -> text.append(" × ").append(y.peer()).append(" |"));
    text.append(" B/call (client + server) | switches/call | calls/s |");
    text.append(" p50 µs | p99 | p99.9 | failed | lost |\n|---|---|---|");
    text.append("---|".repeat(yardsticks.size() + 8)).append('\n');
    results.forEach(result -> text.append(row(result, yardsticks)));
    return text.toString();
  }

  private static @Nullable Result find(List<Result> results, Peers peer) {
    return results.stream().filter(r -> r.peer().equals(peer.toString())).findFirst().orElse(null);
  }

  private static String row(Result result, List<Result> yardsticks) {
    Run best = result.best();
    StringBuilder row = new StringBuilder();
    row.append(
        format(
            "| %s | **%.2f** (%.2f + %.2f) | %.2f |",
            result.peer(),
            best.cpuMicros(),
            best.clientCpuMicros(),
            best.serverCpuMicros(),
            result.median(Run::cpuMicros)));
    yardsticks.forEach(y -> row.append(format(" %.2f |", result.cpuRatio(y))));
    row.append(
        format(
            " %.0f (%.0f + %.0f) | %.2f | %.0f | %d | %d | %d | %d | %d |%n",
            result.median(Run::bytes),
            result.median(r -> (double) r.client().bytes() / r.calls()),
            result.median(r -> (double) r.server().bytes() / r.calls()),
            result.median(Run::switches),
            best.callsPerSecond(),
            best.p50() / 1000,
            best.p99() / 1000,
            best.p999() / 1000,
            result.failed(),
            result.lost()));
    return row.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
