package io.duomesh.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints a {@link StartFailedException} as Boot prints such things: what happened, what to do. */
final class StartFailureAnalyzer extends AbstractFailureAnalyzer<StartFailedException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, StartFailedException cause) {
    return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
  }
}
