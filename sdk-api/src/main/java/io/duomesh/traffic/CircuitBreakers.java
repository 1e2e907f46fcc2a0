package io.duomesh.traffic;

import org.jspecify.annotations.Nullable;

/**
 * Limits of load towards a cluster ({@code config.cluster.v3.CircuitBreakers}), by priority.
 *
 * @param normal for calls of default priority
 * @param high for calls of routes with high priority
 */
public record CircuitBreakers(Thresholds normal, Thresholds high) {
  /** Envoy's defaults. */
  public static final CircuitBreakers DEFAULT =
      new CircuitBreakers(Thresholds.DEFAULT, Thresholds.DEFAULT);

  /**
   * Where no configuration limits the load (fixed lists, DNS, in process) or another does (a
   * sidecar's): what only keeps memory bounded.
   */
  public static final CircuitBreakers WIDE = new CircuitBreakers(Thresholds.WIDE, Thresholds.WIDE);

  /**
   * Limits of one priority.
   *
   * @param maxPendingRequests calls waiting for a connection
   * @param maxRequests calls in flight
   * @param maxRetries retries in flight, those waiting included
   * @param retryBudget takes the place of {@code maxRetries}; null for none
   */
  public record Thresholds(
      long maxPendingRequests,
      long maxRequests,
      long maxRetries,
      @Nullable RetryBudget retryBudget) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Thresholds {
      Checks.atLeast("max_pending_requests", maxPendingRequests, 0);
      Checks.atLeast("max_requests", maxRequests, 0);
      Checks.atLeast("max_retries", maxRetries, 0);
    }

    /** 1024, 1024, 3. */
    public static final Thresholds DEFAULT = new Thresholds(1024, 1024, 3);

    /** 65,536 calls in flight or waiting, 3 retries. */
    public static final Thresholds WIDE = new Thresholds(1 << 16, 1 << 16, 3);

    /** Without a retry budget. */
    public Thresholds(long maxPendingRequests, long maxRequests, long maxRetries) {
      this(maxPendingRequests, maxRequests, maxRetries, null);
    }
  }

  /**
   * Retries in flight as a share of all that is in flight ({@code
   * config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget}).
   *
   * @param percent of the calls in flight and waiting for a connection, 0–100; default 20
   * @param minConcurrency retries that are allowed however few calls there are; default 3
   */
  public record RetryBudget(double percent, long minConcurrency) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the share is none or the number negative
     */
    public RetryBudget {
      Checks.percent("retry budget budget_percent", percent);
      Checks.atLeast("retry budget min_retry_concurrency", minConcurrency, 0);
    }
  }
}
