package io.duomesh.governance.filter;

import io.duomesh.ClientInterceptor;
import io.duomesh.governance.route.RouteChoice;

/**
 * A filter for outbound calls whose doing depends on the route that a call takes, while its state
 * is that of its site.
 */
public interface RouteBound {
  /** The filter for calls of a route to a cluster; shares this one's state. */
  ClientInterceptor boundTo(RouteChoice route, String cluster);
}
