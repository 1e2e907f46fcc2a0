package io.duomesh.traffic;

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
   * Limits of one priority.
   *
   * @param maxPendingRequests calls waiting for a connection
   * @param maxRequests calls in flight
   * @param maxRetries retries in flight, those waiting included
   */
  public record Thresholds(long maxPendingRequests, long maxRequests, long maxRetries) {
    /** 1024, 1024, 3. */
    public static final Thresholds DEFAULT = new Thresholds(1024, 1024, 3);
  }
}
