package io.duomesh.runtime.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Clusters that no table names any more, until their last calls have ended. Control thread only.
 */
final class LeavingClusters {
  private final ScheduledExecutorService scheduler;
  private List<ClusterHandle> leaving = new ArrayList<>();
  private boolean looking;

  LeavingClusters(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
  }

  /** Lets go of clusters once they have no calls, looked after at intervals. */
  void add(Collection<ClusterHandle> clusters) {
    leaving.addAll(clusters);
    lookLater();
  }

  private void lookLater() {
    if (!looking && !leaving.isEmpty()) {
      looking = true;
      scheduler.schedule(this::look, ClusterContext.WARM_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    looking = false;
    List<ClusterHandle> busy = new ArrayList<>();
    for (ClusterHandle cluster : leaving) {
      if (cluster.active() > 0) {
        busy.add(cluster);
      } else {
        cluster.retire();
      }
    }
    leaving = busy;
    lookLater();
  }

  void close() {
    leaving.forEach(ClusterHandle::close);
  }
}
