package io.duomesh.runtime.routing;

import io.duomesh.ClientCall;
import io.duomesh.Explanation;
import io.duomesh.Invocation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.Status;
import io.duomesh.governance.filter.FailedCall;
import io.duomesh.runtime.attempt.RoutePlan;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.traffic.CircuitBreakers;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Sends every call of a target to one address, without filters or policies: to the sidecar, or to
 * an in-process server. The plan of a target never changes.
 */
public final class FixedRouter implements Router {
  private final String name;
  private final ClusterContext context;
  private final Function<Target, Hop> hops;
  private final ConcurrentHashMap<Target, RoutePlan> plans = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Hop, ClusterHandle> clusters = new ConcurrentHashMap<>();

  /**
   * Where the calls of a target go.
   *
   * @param protocol what is spoken there
   * @param host address or in-process name
   * @param port 0 in process
   */
  public record Hop(String protocol, String host, int port) {}

  /**
   * A router.
   *
   * @param name of its clusters, for people
   * @param hops where the calls of a target go; an {@link IllegalArgumentException} fails them
   */
  public FixedRouter(String name, ClusterContext context, Function<Target, Hop> hops) {
    this.name = name;
    this.context = context;
    this.hops = hops;
  }

  @Override
  public ClientCall newCall(Target target, Invocation invocation) {
    RoutePlan plan = plans.get(target);
    if (plan == null) {
      try {
        plan = plan(target);
      } catch (IllegalArgumentException e) {
        return FailedCall.of(noHop(target, e));
      }
    }
    return plan.newCall(invocation);
  }

  private static Status noHop(Target target, IllegalArgumentException e) {
    return Status.local(Status.Code.UNAVAILABLE, target + ": " + e.getMessage());
  }

  private RoutePlan plan(Target target) {
    Hop hop = hops.apply(target);
    ClusterHandle cluster = clusters.get(hop);
    if (cluster == null) {
      Endpoint endpoint = Endpoint.of(hop.host(), hop.port());
      ClusterHandle fresh =
          new ClusterHandle(
              ClusterSpec.of(name, hop.protocol(), LbPolicy.ROUND_ROBIN)
                  .withCircuitBreakers(CircuitBreakers.WIDE),
              hop.protocol(),
              ClusterEndpoints.of(name, List.of(endpoint)),
              context);
      ClusterHandle other = clusters.putIfAbsent(hop, fresh);
      cluster = other == null ? fresh : other;
    }
    RoutePlan plan = RoutePlan.direct(name, cluster);
    plans.put(target, plan);
    return plan;
  }

  @Override
  public Explanation explain(Target target, String path, Metadata headers, long random) {
    Hop hop;
    try {
      hop = hops.apply(target);
    } catch (IllegalArgumentException e) {
      return Explanation.failed(target.toString(), noHop(target, e));
    }
    return new Explanation(
        target.toString(),
        null,
        null,
        null,
        null,
        name,
        hop.protocol(),
        Endpoint.of(hop.host(), hop.port()).address(),
        null,
        List.of("every call of this target goes to " + name));
  }

  /** What its clusters do now. */
  public List<MeshState.Cluster> state() {
    return clusters.values().stream().map(ClusterHandle::state).toList();
  }

  /** Closes its connections. */
  public void close() {
    clusters.values().forEach(ClusterHandle::close);
    clusters.clear();
    plans.clear();
  }
}
