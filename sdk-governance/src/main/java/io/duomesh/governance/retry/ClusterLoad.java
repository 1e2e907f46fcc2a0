package io.duomesh.governance.retry;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterSpec;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The load towards a cluster, counted by priority and bounded by its circuit breakers: calls, calls
 * that wait for a connection, retries. Counters only: no lock, and nothing is allocated unless a
 * call is refused. Whoever is admitted must be released, once.
 */
public final class ClusterLoad {
  private final String cluster;
  private final Counters normal;
  private final Counters high;

  /** No load yet. */
  public ClusterLoad(ClusterSpec spec) {
    this.cluster = spec.name();
    this.normal = new Counters(spec.circuitBreakers().normal());
    this.high = new Counters(spec.circuitBreakers().high());
  }

  /** Takes a place for a call, to be given back by {@link #released}; else why there is none. */
  public @Nullable Status admit(boolean highPriority) {
    Counters counters = of(highPriority);
    return take(counters.requests, counters.limits.maxRequests())
        ? null
        : overflow("calls in flight", "max_requests", counters.limits.maxRequests());
  }

  /** A call has ended. */
  public void released(boolean highPriority) {
    of(highPriority).requests.decrementAndGet();
  }

  /**
   * Takes a place for a call that waits for a connection, one being opened included, to be given
   * back by {@link #connected}; else why there is none.
   */
  public @Nullable Status admitPending(boolean highPriority) {
    Counters counters = of(highPriority);
    return take(counters.pending, counters.limits.maxPendingRequests())
        ? null
        : overflow(
            "calls waiting for a connection",
            "max_pending_requests",
            counters.limits.maxPendingRequests());
  }

  /** A call waits no longer. */
  public void connected(boolean highPriority) {
    of(highPriority).pending.decrementAndGet();
  }

  /**
   * Takes a place for a retry, held while it waits, to be given back by {@link #retryEnded}.
   *
   * @param waiting calls that are between two tries now: a budget counts what is in flight
   */
  public boolean tryRetry(boolean highPriority, long waiting) {
    Counters counters = of(highPriority);
    CircuitBreakers.RetryBudget budget = counters.limits.retryBudget();
    if (budget == null) {
      return take(counters.retries, counters.limits.maxRetries());
    }
    long inFlight = Math.max(0, counters.requests.get() - waiting);
    long share = (long) (budget.percent() / 100 * inFlight);
    return take(counters.retries, Math.max(share, budget.minConcurrency()));
  }

  /** A retry has ended. */
  public void retryEnded(boolean highPriority) {
    of(highPriority).retries.decrementAndGet();
  }

  /** Calls in flight of both priorities. */
  public long requests() {
    return normal.requests.get() + high.requests.get();
  }

  private Counters of(boolean highPriority) {
    return highPriority ? high : normal;
  }

  private static boolean take(AtomicLong counter, long most) {
    if (counter.incrementAndGet() <= most) {
      return true;
    }
    counter.decrementAndGet();
    return false;
  }

  private Status overflow(String what, String threshold, long most) {
    return Status.local(
            Status.Code.UNAVAILABLE,
            "cluster "
                + cluster
                + " has "
                + most
                + " "
                + what
                + ", as many as its circuit breaker allows ("
                + threshold
                + "); call less at a time, or raise the threshold")
        .withFlag(ResponseFlag.UO);
  }

  private static final class Counters {
    private final CircuitBreakers.Thresholds limits;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();

    Counters(CircuitBreakers.Thresholds limits) {
      this.limits = limits;
    }
  }
}
