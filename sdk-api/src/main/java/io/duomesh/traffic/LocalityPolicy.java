package io.duomesh.traffic;

/**
 * How healthy shares of priorities and localities become load.
 *
 * @param panicThreshold percentage of healthy endpoints below which all are used; 0 for never
 * @param failTrafficOnPanic whether calls fail in panic instead
 * @param localityWeighted whether locality weights count
 * @param weightedPriorityHealth whether host weights count in a priority's health
 */
public record LocalityPolicy(
    double panicThreshold,
    boolean failTrafficOnPanic,
    boolean localityWeighted,
    boolean weightedPriorityHealth) {
  /** Envoy's defaults: panic below 50 %. */
  public static final LocalityPolicy DEFAULT = new LocalityPolicy(50, false, false, false);
}
