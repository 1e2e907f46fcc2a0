package io.duomesh.spring;

import org.springframework.boot.diagnostics.FailureAnalysis;

/** What Boot prints of a failed start. */
final class Reports {
  private Reports() {}

  static String of(Throwable failure) {
    FailureAnalysis analysis = new StartFailureAnalyzer().analyze(failure);
    return analysis == null
        ? "not analyzed: " + failure
        : analysis.getDescription() + "\n" + analysis.getAction();
  }
}
