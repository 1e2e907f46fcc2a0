package io.duomesh.examples.quickstart;

import java.util.Map;
import java.util.stream.Collectors;

/** Parts of sentences. */
final class Words {
  private Words() {}

  /** The clusters of a route, with their weights where there are several. */
  static String clusters(MeshRoute route) {
    Map<String, Integer> weights = route.weights();
    if (weights.size() == 1) {
      return "cluster " + weights.keySet().iterator().next();
    }
    return weights.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", ", "clusters ", ""));
  }
}
