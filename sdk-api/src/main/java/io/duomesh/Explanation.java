package io.duomesh;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call would go where it would go, decided by the code that routes calls, without sending
 * anything. Parts that the decision did not reach are null.
 *
 * @param target what was asked for
 * @param listener where it enters the configuration
 * @param routeConfiguration the route table
 * @param virtualHost the host whose domain matched
 * @param route the route that matched
 * @param cluster the chosen cluster
 * @param protocol what the cluster speaks
 * @param endpoint an endpoint that a call would be sent to now
 * @param status why a call would fail, or null
 * @param why each thing that was tried, in order, and what it said
 */
public record Explanation(
    String target,
    @Nullable String listener,
    @Nullable String routeConfiguration,
    @Nullable String virtualHost,
    @Nullable String route,
    @Nullable String cluster,
    @Nullable String protocol,
    @Nullable String endpoint,
    @Nullable Status status,
    List<String> why) {
  /** Copies the list. */
  public Explanation {
    why = List.copyOf(why);
  }

  /** Of a call that fails before anything about it is decided. */
  public static Explanation failed(String target, Status status) {
    return new Explanation(target, null, null, null, null, null, null, null, status, List.of());
  }
}
