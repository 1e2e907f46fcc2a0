package io.duomesh.runtime.attempt;

import io.duomesh.governance.retry.ClusterLoad;
import java.util.concurrent.atomic.AtomicBoolean;

/** A place among the calls that wait for a connection; given back once, by whoever comes first. */
final class PendingSlot extends AtomicBoolean implements Runnable {
  private static final long serialVersionUID = 1L;

  private final transient ClusterLoad load;
  private final boolean highPriority;

  PendingSlot(ClusterLoad load, boolean highPriority) {
    this.load = load;
    this.highPriority = highPriority;
  }

  /** The connection stands, or the call is over. */
  @Override
  public void run() {
    if (compareAndSet(false, true)) {
      load.connected(highPriority);
    }
  }
}
