package io.duomesh.governance.route;

/**
 * One thing that must hold for a route to be taken. Immutable; no allocation where it can be
 * helped.
 */
interface Condition {
  /** Whether it holds. */
  boolean test(RequestHead head, long random);

  /** What it asks for, for a person. */
  @Override
  String toString();
}
