package io.duomesh.traffic;

import java.util.List;

/**
 * The endpoints of a cluster ({@code config.endpoint.v3.ClusterLoadAssignment}).
 *
 * @param name the resource's name
 * @param localities groups of endpoints
 * @param overprovisioningFactor percent; default 140
 * @param dropPerMillion share of calls to drop, in millionths
 */
public record ClusterEndpoints(
    String name,
    List<LocalityEndpoints> localities,
    int overprovisioningFactor,
    long dropPerMillion) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if more than all calls are dropped
   */
  public ClusterEndpoints {
    Checks.range("dropped calls per million", dropPerMillion, 0, 1_000_000);
    localities = List.copyOf(localities);
  }

  /** Endpoints in one locality. */
  public static ClusterEndpoints of(String name, List<Endpoint> endpoints) {
    return new ClusterEndpoints(
        name, List.of(new LocalityEndpoints(Locality.NONE, 1, 0, endpoints)), 140, 0);
  }
}
