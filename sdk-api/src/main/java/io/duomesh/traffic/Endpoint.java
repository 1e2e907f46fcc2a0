package io.duomesh.traffic;

import java.util.Map;

/**
 * One instance that can be called.
 *
 * @param host an IP address, or a name that the runtime resolves
 * @param port its port; 0 where addresses have none, as in process
 * @param weight at least 1
 * @param health what its source says of it
 * @param hostname name for authority rewrites and hashing; may be empty
 * @param metadata {@code filter_metadata} by namespace
 */
public record Endpoint(
    String host,
    int port,
    long weight,
    Health health,
    String hostname,
    Map<String, Map<String, Object>> metadata) {

  /** Health as the control plane or registry gives it ({@code config.core.v3.HealthStatus}). */
  public enum Health {
    UNKNOWN,
    HEALTHY,
    UNHEALTHY,
    DRAINING,
    TIMEOUT,
    DEGRADED
  }

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if the host is empty, the port none or the weight below 1
   */
  public Endpoint {
    Checks.present("endpoint host", host);
    Checks.range("endpoint port", port, 0, 65_535);
    Checks.atLeast("endpoint weight", weight, 1);
    metadata = Map.copyOf(metadata);
  }

  /** A healthy endpoint of weight 1. */
  public static Endpoint of(String host, int port) {
    return new Endpoint(host, port, 1, Health.UNKNOWN, "", Map.of());
  }

  /** {@code host:port}, with brackets around an IPv6 address. */
  public String address() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
