package io.duomesh.governance.lb;

/**
 * What the runtime keeps of an endpoint from one configuration to the next: its connections, its
 * calls in flight. Known by its identity.
 */
public interface Candidate {
  /** Calls in flight to it. */
  int active();
}
