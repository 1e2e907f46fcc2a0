package io.duomesh.traffic;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group of endpoints and how calls are spread over them ({@code config.cluster.v3.Cluster}).
 *
 * @param name the resource's name
 * @param protocol {@code bolt}, {@code triple}, or null where the configuration is silent (the
 *     target's setting decides, then {@code triple})
 * @param discovery where its endpoints come from
 * @param lbPolicy how one is chosen
 * @param locality how priorities and localities share
 * @param circuitBreakers limits of load towards it
 * @param connectTimeout time for a connection; default 5 s
 * @param tls security of its connections; null for plaintext
 * @param serialization name of the serializer; null for the protocol's default
 * @param metadata {@code filter_metadata} by namespace, as plain maps, lists, strings, numbers
 */
public record ClusterSpec(
    String name,
    @Nullable String protocol,
    Discovery discovery,
    LbPolicy lbPolicy,
    LocalityPolicy locality,
    CircuitBreakers circuitBreakers,
    Duration connectTimeout,
    @Nullable TlsPolicy tls,
    @Nullable String serialization,
    Map<String, Map<String, Object>> metadata) {

  /** Default of {@code connectTimeout}. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if the name is empty or connecting has no time
   */
  public ClusterSpec {
    Checks.present("cluster name", name);
    Checks.positive("connect_timeout", connectTimeout);
    metadata = Map.copyOf(metadata);
  }

  /** A cluster of a protocol whose endpoints stand in the snapshot under its own name. */
  public static ClusterSpec of(String name, @Nullable String protocol, LbPolicy lbPolicy) {
    return new ClusterSpec(
        name,
        protocol,
        new Discovery.Eds(name),
        lbPolicy,
        LocalityPolicy.DEFAULT,
        CircuitBreakers.DEFAULT,
        DEFAULT_CONNECT_TIMEOUT,
        null,
        null,
        Map.of());
  }

  /** The same cluster with other limits of load. */
  public ClusterSpec withCircuitBreakers(CircuitBreakers newCircuitBreakers) {
    return new ClusterSpec(
        name,
        protocol,
        discovery,
        lbPolicy,
        locality,
        newCircuitBreakers,
        connectTimeout,
        tls,
        serialization,
        metadata);
  }

  /** The same cluster with other security; null for plaintext. */
  public ClusterSpec withTls(@Nullable TlsPolicy newTls) {
    return new ClusterSpec(
        name,
        protocol,
        discovery,
        lbPolicy,
        locality,
        circuitBreakers,
        connectTimeout,
        newTls,
        serialization,
        metadata);
  }

  /** The same cluster with another serializer; null for the protocol's default. */
  public ClusterSpec withSerialization(@Nullable String newSerialization) {
    return new ClusterSpec(
        name,
        protocol,
        discovery,
        lbPolicy,
        locality,
        circuitBreakers,
        connectTimeout,
        tls,
        newSerialization,
        metadata);
  }

  /** The same cluster with other metadata. */
  public ClusterSpec withMetadata(Map<String, Map<String, Object>> newMetadata) {
    return new ClusterSpec(
        name,
        protocol,
        discovery,
        lbPolicy,
        locality,
        circuitBreakers,
        connectTimeout,
        tls,
        serialization,
        newMetadata);
  }

  /** Key of the cluster's endpoints in {@link TrafficSnapshot#endpoints()}. */
  public String endpointsName() {
    return discovery instanceof Discovery.Eds eds ? eds.serviceName() : name;
  }

  /**
   * Why no call may be sent to the cluster although its configuration is valid, such as security
   * that the source cannot give it; null where calls may be sent. Sources say it under {@code
   * io.duomesh}, {@code unusable} in the metadata.
   */
  public @Nullable String unusable() {
    Map<String, Object> own = metadata.get("io.duomesh");
    return own != null && own.get("unusable") instanceof String why ? why : null;
  }

  /** Where endpoints come from. */
  public sealed interface Discovery {
    /** A load assignment of this name in the snapshot (EDS, or inline under the cluster's name). */
    record Eds(String serviceName) implements Discovery {}

    /**
     * The runtime resolves host names: the endpoints in the snapshot carry names, not addresses.
     */
    record Dns(boolean allAddresses, Duration refresh) implements Discovery {}

    /** The address that the caller named. */
    record OriginalDestination() implements Discovery {}
  }
}
