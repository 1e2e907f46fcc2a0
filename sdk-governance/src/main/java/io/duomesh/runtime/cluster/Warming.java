package io.duomesh.runtime.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Connects endpoints before any call comes to them, and waits for that, but not for long. On the
 * control thread alone.
 */
final class Warming {
  /** Connections opened at most before a cluster's first call. */
  private static final int MOST = 16;

  private final Runnable warmed;
  private int missing;
  private boolean done;

  private Warming(Runnable warmed, int missing) {
    this.warmed = warmed;
    this.missing = missing;
  }

  /**
   * Connects those that are not, at most {@value #MOST}.
   *
   * @param warmed runs once they have settled, or {@link ClusterContext#WARM_MILLIS} have passed
   */
  static void start(List<EndpointHandle> endpoints, ClusterContext context, Runnable warmed) {
    List<EndpointHandle> cold = new ArrayList<>();
    for (EndpointHandle endpoint : endpoints) {
      if (cold.size() < MOST && !endpoint.isReady() && !endpoint.isUnusable()) {
        cold.add(endpoint);
      }
    }
    if (cold.isEmpty()) {
      warmed.run();
      return;
    }
    Warming warming = new Warming(warmed, cold.size());
    for (EndpointHandle endpoint : cold) {
      endpoint.warm(() -> context.scheduler().execute(warming::settled));
    }
    context.scheduler().schedule(warming::end, ClusterContext.WARM_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void settled() {
    if (--missing <= 0) {
      end();
    }
  }

  private void end() {
    if (!done) {
      done = true;
      warmed.run();
    }
  }
}
