package io.duomesh.examples.quickstart;

/** One thing that the quickstart shows. */
interface Step {
  /** What it shows. */
  String title();

  /**
   * Shows it.
   *
   * @throws StepFailed if it does not hold
   * @throws StepLeftOut if it cannot be shown on this machine, or with this mesh
   */
  void run(Shop shop, Console console);
}
