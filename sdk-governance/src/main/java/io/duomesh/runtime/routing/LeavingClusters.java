package io.duomesh.runtime.routing;

import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.cluster.ClusterHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Clusters that no table names any more, until their last calls have ended. Control thread only,
 * but for {@link #close}.
 */
final class LeavingClusters {
  private final ScheduledExecutorService scheduler;
  private volatile List<ClusterHandle> leaving = List.of(); // replaced whole
  private boolean looking;

  LeavingClusters(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
  }

  /** Lets go of clusters once they have no calls, looked after at intervals. */
  void add(Collection<ClusterHandle> clusters) {
    List<ClusterHandle> more = new ArrayList<>(leaving);
    more.addAll(clusters);
    leaving = more;
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

  /** The runtime ends. Any thread. */
  void close() {
    leaving.forEach(ClusterHandle::close);
  }
}
