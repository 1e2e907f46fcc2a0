package io.duomesh.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTest {
  private static final Load LOAD = new Load(Payload.BYTES, 1, 32);

  private static Run run(String peer, long calls, long micros) {
    return new Run(
        peer,
        LOAD,
        calls,
        2_000_000_000L,
        new Usage(calls * micros * 1000 / 2, calls * 1500, calls / 4),
        new Usage(calls * micros * 1000 / 2, calls * 500, calls / 4),
        100_000,
        200_000,
        300_000,
        1,
        2);
  }

  @Test
  void figuresArePerCallAndOfBothSides() {
    Run run = run("a", 1000, 10);
    assertEquals(10, run.cpuMicros(), 1e-9);
    assertEquals(5, run.clientCpuMicros(), 1e-9);
    assertEquals(2000, run.bytes(), 1e-9);
    assertEquals(0.5, run.switches(), 1e-9);
    assertEquals(500, run.callsPerSecond(), 1e-9);
  }

  @Test
  void bestIsTheLeastCpuAndRatiosCompareTheBest() {
    List<Result> results =
        Result.of(List.of(run("a", 10, 30), run("b", 10, 40), run("a", 10, 10), run("b", 10, 80)));
    assertEquals(List.of("a", "b"), results.stream().map(Result::peer).toList());
    assertEquals(10, results.get(0).best().cpuMicros(), 1e-9);
    assertEquals(4, results.get(1).cpuRatio(results.get(0)), 1e-9);
    assertEquals(4, results.get(1).lost());
    assertEquals(2, results.get(1).failed());
  }

  @Test
  void medianIsTheMiddleOrTheMeanOfTwo() {
    assertEquals(
        20,
        new Result("a", List.of(run("a", 10, 90), run("a", 10, 10), run("a", 10, 20)))
            .median(Run::cpuMicros),
        1e-9);
    assertEquals(
        50,
        new Result("a", List.of(run("a", 10, 90), run("a", 10, 10))).median(Run::cpuMicros),
        1e-9);
  }

  @Test
  void usageIsADifference() {
    assertEquals(new Usage(5, 7, 9), new Usage(6, 8, 10).since(new Usage(1, 1, 1)));
    assertEquals(12, Usage.switches("voluntary_ctxt_switches:\t12"));
    assertEquals(3, Usage.switches("nonvoluntary_ctxt_switches:\t3"));
    assertEquals(3519642, Usage.onCpu("3519642 11080 7\n"));
    assertEquals(0, Usage.switches("Threads:\t40"));
  }

  @Test
  void tableHasRatiosToTheYardsticksThatRan() {
    String table =
        Table.of(LOAD, Result.of(List.of(run("raw-hop", 10, 10), run("duomesh", 10, 25))));
    assertTrue(table.contains("| × raw-hop |"), table);
    assertTrue(table.contains("| duomesh | **25.00** (12.50 + 12.50) | 25.00 | 2.50 |"), table);
    assertEquals(
        1,
        table
            .lines()
            .filter(l -> l.startsWith("|"))
            .mapToLong(ResultTest::columns)
            .distinct()
            .count());
  }

  private static long columns(String line) {
    return line.chars().filter(c -> c == '|').count();
  }
}
