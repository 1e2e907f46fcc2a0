package io.duomesh.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All runs of one peer under one load.
 *
 * @param peer its name
 * @param runs at least one, in the order they were made
 */
record Result(String peer, List<Run> runs) {
  Result {
    runs = List.copyOf(runs);
  }

  /** The runs grouped by peer, peers in the order they came first. */
  static List<Result> of(List<Run> runs) {
    List<Result> results = new ArrayList<>();
    for (String peer : runs.stream().map(Run::peer).distinct().toList()) {
      results.add(new Result(peer, runs.stream().filter(r -> r.peer().equals(peer)).toList()));
    }
    return results;
  }

  /** The run with the least CPU per call: disturbances only add to it. */
  Run best() {
    return runs.stream().min(Comparator.comparingDouble(Run::cpuMicros)).orElseThrow();
  }

  /** The median of a figure; of an even number of runs, the mean of the middle two. */
  double median(ToDoubleFunction<Run> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** This one's best CPU per call in terms of another's. */
  double cpuRatio(Result other) {
    return best().cpuMicros() / other.best().cpuMicros();
  }

  long lost() {
    return runs.stream().mapToLong(Run::lost).sum();
  }

  long failed() {
    return runs.stream().mapToLong(Run::failed).sum();
  }
}
