package io.duomesh.runtime.routing;

import io.duomesh.ClientCall;
import io.duomesh.Explanation;
import io.duomesh.Invocation;
import io.duomesh.Metadata;

/**
 * Turns the head of a call into the call: where it goes and under which policies. Immutable but for
 * caches; a change of configuration or mode installs another router.
 */
public interface Router {
  /** A call of a target. Never blocks and never throws; failures end the call. */
  ClientCall newCall(Target target, Invocation invocation);

  /** Why a call would go where it would go. */
  Explanation explain(Target target, String path, Metadata headers, long random);
}
