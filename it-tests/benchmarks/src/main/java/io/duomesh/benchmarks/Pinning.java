package io.duomesh.benchmarks;

import java.io.IOException;

/** Whether processes can be pinned to cores here. */
final class Pinning {
  static final boolean AVAILABLE = works();

  private Pinning() {}

  private static boolean works() {
    try {
      return new ProcessBuilder("taskset", "-c", "0", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false; // no such program: runs are not pinned
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
