package io.duomesh.traffic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server applies to its calls before they reach a service.
 *
 * @param filters in order
 * @param routes per-route configuration of those filters; null for none
 */
public record InboundPolicy(List<FilterSpec> filters, @Nullable RouteConfiguration routes) {
  /** Trusts every call: what stands behind a sidecar. */
  public static final InboundPolicy TRUSTING = new InboundPolicy(List.of(), null);

  /** Copies the list. */
  public InboundPolicy {
    filters = List.copyOf(filters);
  }
}
