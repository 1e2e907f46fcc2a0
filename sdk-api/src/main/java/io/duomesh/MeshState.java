package io.duomesh;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime does now, for operators. Immutable.
 *
 * @param mode who routes
 * @param ready whether calls can be routed: the first configuration is there, or none is needed
 * @param source where the configuration comes from, and who this node is to it
 * @param snapshotVersion version of the configuration in force; empty before the first
 * @param trouble why the source cannot be reached or was refused last; null where all is well
 * @param serverPort port of the server; 0 where there is none
 * @param services names of the services offered
 * @param clusters the clusters in use
 */
public record MeshState(
    Mode mode,
    boolean ready,
    String source,
    String snapshotVersion,
    @Nullable Status trouble,
    int serverPort,
    List<String> services,
    List<Cluster> clusters) {

  /** Copies the lists. */
  public MeshState {
    services = List.copyOf(services);
    clusters = List.copyOf(clusters);
  }

  /**
   * A cluster in use.
   *
   * @param name its name
   * @param protocol what it speaks
   * @param endpoints those it knows
   */
  public record Cluster(String name, String protocol, List<EndpointState> endpoints) {
    /** Copies the list. */
    public Cluster {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * An endpoint of a cluster.
   *
   * @param address {@code host:port}
   * @param health what its source says
   * @param connection {@code idle}, {@code connecting}, {@code ready}, {@code draining} or {@code
   *     failed}
   * @param active calls in flight
   */
  public record EndpointState(String address, String health, String connection, int active) {}
}
