package io.duomesh.governance.route;

import io.duomesh.Metadata;
import io.duomesh.traffic.ClusterSelector;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes: one of a fixed set per table, a value per route and cluster, so that
 * whoever uses the table can prepare what belongs to each by {@link #id()}. Immutable.
 */
public final class RouteChoice {
  private final int id;
  private final @Nullable VirtualHost host;
  private final @Nullable Route route;
  private final @Nullable RouteAction action;
  private final @Nullable WeightedCluster weighted;
  private final @Nullable String clusterHeader;
  private final RouteEffects effects;

  RouteChoice(
      int id,
      @Nullable VirtualHost host,
      @Nullable Route route,
      @Nullable RouteAction action,
      @Nullable WeightedCluster weighted,
      RouteEffects effects) {
    this.id = id;
    this.host = host;
    this.route = route;
    this.action = action;
    this.weighted = weighted;
    this.effects = effects;
    this.clusterHeader = clusterHeader(action, weighted);
  }

  private static @Nullable String clusterHeader(
      @Nullable RouteAction action, @Nullable WeightedCluster weighted) {
    if (weighted != null) {
      return weighted.name() == null ? weighted.clusterHeader() : null;
    }
    return action instanceof RouteAction.Forward f
            && f.cluster() instanceof ClusterSelector.ByHeader named
        ? named.header()
        : null;
  }

  /** Its number, from 0 to {@link RouteTable#size()} less 1. */
  public int id() {
    return id;
  }

  /** The host whose domain matched; null for none. */
  public @Nullable VirtualHost virtualHost() {
    return host;
  }

  /** The route that matched; null for none, and where the host redirects plaintext requests. */
  public @Nullable Route route() {
    return route;
  }

  /** What to do: null where no route matches. */
  public @Nullable RouteAction action() {
    return action;
  }

  /** The chosen share, where the route goes to clusters by weight. */
  public @Nullable WeightedCluster weighted() {
    return weighted;
  }

  /** The cluster: null where no call is made, or where a header should name it and does not. */
  public @Nullable String cluster(RequestHead head) {
    if (clusterHeader != null) {
      String named = head.header(clusterHeader);
      return named == null || named.isEmpty() ? null : named;
    }
    if (weighted != null) {
      return weighted.name();
    }
    return action instanceof RouteAction.Forward f
            && f.cluster() instanceof ClusterSelector.Single s
        ? s.name()
        : null;
  }

  /** Whether a request header names the cluster. */
  public boolean clusterByHeader() {
    return clusterHeader != null;
  }

  /** The retry policy of the route, else of its host; null for none. */
  public @Nullable RetryPolicy retryPolicy() {
    RetryPolicy own = action instanceof RouteAction.Forward f ? f.retryPolicy() : null;
    return own != null || host == null ? own : host.retryPolicy();
  }

  /** Per-filter configuration by filter name: the share's, else the route's, else the host's. */
  public @Nullable Object filterConfig(String filter) {
    Object config = weighted == null ? null : weighted.filterConfigs().get(filter);
    if (config == null && route != null) {
      config = route.filterConfigs().get(filter);
    }
    Map<String, Object> ofHost = host == null ? Map.of() : host.filterConfigs();
    return config != null ? config : ofHost.get(filter);
  }

  /**
   * The whole timeout of a request in milliseconds, {@code grpc-timeout} rules included; 0 for
   * none, negative where nothing is left of the caller's time.
   */
  public long timeoutMillis(RequestHead head) {
    return effects.timeout().of(head);
  }

  /** Whether requests go on with other headers, another path or another authority. */
  public boolean changesRequests() {
    return effects.changesRequests();
  }

  /** Whether they do apart from {@code grpc-timeout}, for callers whose deadline is no header. */
  public boolean mutatesRequests() {
    return effects.mutatesRequests();
  }

  /**
   * The request as it goes on: {@code head} itself where nothing changes. Names are in lower case
   * where something does.
   */
  public RequestHead upstream(RequestHead head) {
    return effects.upstream(head, this);
  }

  /** Whether response headers change. */
  public boolean changesResponses() {
    return effects.changesResponses();
  }

  /** Response headers as they go back, names in lower case. */
  public Metadata response(RequestHead head, int status, Metadata headers) {
    return effects.response(head, this, status, headers);
  }

  /** The URL of a redirect, and of direct responses with status 201 or 3xx; null otherwise. */
  public @Nullable String location(RequestHead head) {
    return effects.location(head, this);
  }

  /** The text of a direct response; null where there is none. */
  public @Nullable String body(RequestHead head) {
    return effects.body(head, this);
  }

  @Nullable String routeName() {
    return route == null ? null : route.name();
  }

  @Nullable String virtualHostName() {
    return host == null ? null : host.name();
  }

  @Override
  public String toString() {
    return virtualHostName() + "/" + routeName() + "#" + id;
  }
}
