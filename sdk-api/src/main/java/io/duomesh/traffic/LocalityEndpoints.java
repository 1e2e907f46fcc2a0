package io.duomesh.traffic;

import java.util.List;

/**
 * The endpoints of one place and priority.
 *
 * @param locality the place
 * @param weight its share where locality weights count; 0 for no share given
 * @param priority 0 is used first
 * @param endpoints in the order given
 */
public record LocalityEndpoints(
    Locality locality, long weight, int priority, List<Endpoint> endpoints) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the weight or the priority is negative
   */
  public LocalityEndpoints {
    Checks.atLeast("locality weight", weight, 0);
    Checks.atLeast("locality priority", priority, 0);
    endpoints = List.copyOf(endpoints);
  }
}
