package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory.Candidates;

/** The endpoints' own weights. */
final class Weights {
  private Weights() {}

  static boolean equal(Candidates candidates) {
    long first = candidates.endpoint(0).weight();
    for (int i = 1; i < candidates.size(); i++) {
      if (candidates.endpoint(i).weight() != first) {
        return false;
      }
    }
    return true;
  }

  static double[] of(Candidates candidates) {
    double[] weights = new double[candidates.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = candidates.endpoint(i).weight();
    }
    return weights;
  }
}
