package io.duomesh.runtime.attempt;

import io.duomesh.governance.retry.RetryRule;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.runtime.cluster.EndpointHandle;
import io.duomesh.transport.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tries of a call after its first: how many there were and at which endpoints, and the place
 * that each takes in the cluster's retry budget. Made with the first retry; most calls have none.
 * Used by one thread at a time, but for {@link #forget}.
 */
final class Retries {
  private final RoutePlan plan;
  private final List<EndpointHandle> tried = new ArrayList<>(1);
  private int count;
  private boolean holdsSlot;
  private volatile boolean waited;

  Retries(RoutePlan plan) {
    this.plan = plan;
  }

  int count() {
    return count;
  }

  /**
   * Takes a place for one more try.
   *
   * @param last where the try before failed; null if it reached no endpoint
   * @return false where the budget has none
   */
  boolean take(@Nullable EndpointHandle last) {
    if (last != null) {
      tried.add(last);
    }
    ClusterHandle cluster = plan.cluster();
    if (!cluster.load().tryRetry(plan.highPriority(), cluster.backingOff().size())) {
      return false;
    }
    holdsSlot = true;
    count++;
    return true;
  }

  /** Gives the place back; without effect where none is held. */
  void release() {
    if (holdsSlot) {
      holdsSlot = false;
      plan.cluster().load().retryEnded(plan.highPriority());
    }
  }

  /** An endpoint that was not tried, as the plan says. */
  @Nullable EndpointHandle pick(long hash) {
    if (tried.isEmpty()) {
      return plan.cluster().pick(hash);
    }
    RetryRule rule = plan.retries();
    return plan.cluster()
        .pick(
            hash,
            rule.avoidsTriedHosts() ? tried : List.of(),
            rule.repicks(),
            tried.subList(0, rule.avoidedPriorities(tried.size())));
  }

  /** Lets the call try again after a while. */
  void tryLater(AttemptCall call, Outcome last, long nanos) {
    waited = true;
    plan.cluster().backingOff().tryLater(call, last, nanos);
  }

  /** The call is over. */
  void forget(AttemptCall call) {
    if (waited) {
      plan.cluster().backingOff().forget(call);
    }
    release();
  }
}
