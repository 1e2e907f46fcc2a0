package io.duomesh.traffic;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server applies to its calls before they reach a service.
 *
 * @param filters in order
 * @param routes per-route configuration of those filters; null for none
 * @param ports what applies instead at certain ports of the server; empty within these
 */
public record InboundPolicy(
    List<FilterSpec> filters,
    @Nullable RouteConfiguration routes,
    Map<Integer, InboundPolicy> ports) {
  /** Trusts every call: what stands behind a sidecar. */
  public static final InboundPolicy TRUSTING = new InboundPolicy(List.of(), null);

  /** Copies the list and the map. */
  public InboundPolicy {
    filters = List.copyOf(filters);
    ports = Map.copyOf(ports);
  }

  /** The same at every port. */
  public InboundPolicy(List<FilterSpec> filters, @Nullable RouteConfiguration routes) {
    this(filters, routes, Map.of());
  }

  /**
   * What applies to a server that listens on a port: what is said of that port; else, where one
   * port alone is spoken of, what is said of it, since that can only be the server's; else what is
   * said of all others.
   */
  public InboundPolicy at(int port) {
    InboundPolicy own = ports.get(port);
    if (own != null) {
      return own;
    }
    return ports.size() == 1 ? ports.values().iterator().next() : this;
  }
}
