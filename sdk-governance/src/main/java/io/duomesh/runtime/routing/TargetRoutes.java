package io.duomesh.runtime.routing;

import io.duomesh.CallOptions;
import io.duomesh.ClientInterceptor;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.MethodDescriptor;
import io.duomesh.governance.filter.RouteBound;
import io.duomesh.governance.lb.RequestHash;
import io.duomesh.governance.retry.RetryRule;
import io.duomesh.governance.route.Candidates;
import io.duomesh.governance.route.HeadNormalizer;
import io.duomesh.governance.route.InvocationHead;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.runtime.attempt.RoutePlan;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.HashPolicy;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.VirtualHost;
import io.duomesh.traffic.WeightedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one target in one table: candidates by method, plans by choice. Filled as calls
 * come; dies with its table, so nothing in it is ever invalidated.
 */
final class TargetRoutes {
  private final String authority;
  private final String listener;
  private final RouteTable table;
  private final List<FilterSpec> filters;
  private final HeadNormalizer normalizer;
  private final Clusters clusters;
  private final FilterSites sites;
  private final boolean grpc;
  private final MethodCache<OfMethod> methods = new MethodCache<>();
  private final AtomicReferenceArray<@Nullable RoutePlan> plans;
  private final ConcurrentHashMap<String, RoutePlan> plansByHeader = new ConcurrentHashMap<>();

  TargetRoutes(
      String authority,
      String listener,
      RouteTable table,
      List<FilterSpec> filters,
      HeadNormalizer normalizer,
      Clusters clusters,
      FilterSites sites,
      boolean grpc) {
    this.authority = authority;
    this.listener = listener;
    this.table = table;
    this.filters = filters;
    this.normalizer = normalizer;
    this.clusters = clusters;
    this.sites = sites;
    this.grpc = grpc;
    this.plans = new AtomicReferenceArray<>(table.size());
  }

  String listener() {
    return listener;
  }

  RouteTable table() {
    return table;
  }

  /** Whether calls look like gRPC's to routes: the protocol configured for the target decides. */
  boolean grpc() {
    return grpc;
  }

  /** A request as the routes get it; itself where nothing about it changes. */
  RequestHead received(RequestHead head) {
    return table.received(normalized(head));
  }

  /** A request as the listener's own rules leave it to the routes. */
  private RequestHead normalized(RequestHead head) {
    return normalizer.mayChange(head) ? normalizer.apply(head).head() : head;
  }

  /** Whether a call differs from what its method's candidates were found for. */
  boolean differs(Invocation invocation) {
    return !invocation.authority().equals(authority)
        || !invocation.path().equals(invocation.method().path());
  }

  /**
   * What the calls of a method have in common that do not {@link #differs differ}.
   *
   * @param candidates the routes that they may meet
   * @param bare the head of a call without metadata
   * @param received the same as the routes get it
   */
  record OfMethod(Candidates candidates, RequestHead bare, RequestHead received) {}

  OfMethod of(MethodDescriptor method) {
    OfMethod known = methods.get(method);
    if (known == null) {
      RequestHead bare =
          new InvocationHead(
              Invocation.of(method, authority, Metadata.EMPTY, CallOptions.DEFAULT, Deadline.NONE),
              grpc);
      RequestHead head = normalized(bare);
      known =
          new OfMethod(table.candidates(head.authority(), head.path()), bare, table.received(head));
      methods.put(method, known);
    }
    return known;
  }

  /** Makes the plans that can be made before calls come; their clusters are then in use. */
  void prepare() {
    for (RouteChoice choice : table.choices()) {
      if (choice.action() instanceof RouteAction.Forward && !choice.clusterByHeader()) {
        plan(choice, new ExplainedHead(authority, "/", Metadata.EMPTY));
      }
    }
  }

  /** The cluster of a choice, to look at: without a plan, and not in use by being looked at. */
  @Nullable ClusterHandle look(RouteChoice choice, RequestHead head) {
    String name = choice.cluster(head);
    return name == null ? null : clusters.look(name, authority);
  }

  /** The plan of a choice that forwards; null where its cluster is not known. */
  @Nullable RoutePlan plan(RouteChoice choice, RequestHead head) {
    if (choice.clusterByHeader()) {
      String name = choice.cluster(head);
      return name == null ? null : planByHeader(choice, name);
    }
    RoutePlan plan = plans.get(choice.id());
    if (plan == null) {
      String name = choice.cluster(head);
      plan = name == null ? null : make(choice, name);
      if (plan != null) {
        plans.set(choice.id(), plan);
      }
    }
    return plan;
  }

  private @Nullable RoutePlan planByHeader(RouteChoice choice, String name) {
    String key = choice.id() + "/" + name;
    RoutePlan plan = plansByHeader.get(key);
    if (plan == null) {
      plan = make(choice, name);
      if (plan != null) {
        plansByHeader.put(key, plan); // clusters that exist: their number bounds it
      }
    }
    return plan;
  }

  private @Nullable RoutePlan make(RouteChoice choice, String name) {
    ClusterHandle cluster = clusters.handle(name, authority);
    if (cluster == null) {
      return null;
    }
    RouteAction.Forward forward =
        choice.action() instanceof RouteAction.Forward f ? f : RouteAction.Forward.to(name);
    RetryPolicy retry = choice.retryPolicy();
    List<HashPolicy> hash = forward.hashPolicies();
    return new RoutePlan(
        choice + " to " + cluster,
        cluster,
        retry == null ? RetryRule.DEFAULT : RetryRule.compile(retry),
        hash.isEmpty() ? null : RequestHash.of(hash, OwnAddress.TEXT),
        forward.highPriority(),
        filters(choice, name));
  }

  private List<ClientInterceptor> filters(RouteChoice choice, String cluster) {
    List<ClientInterceptor> chain = new ArrayList<>();
    for (FilterSpec spec : filters) {
      Object own = choice.filterConfig(spec.name());
      if (own instanceof FilterSpec.Disabled || (own == null && spec.disabled())) {
        continue;
      }
      String site = own == null ? listener + "/" + spec.name() : site(choice, spec.name());
      ClientInterceptor filter = sites.filter(site, own == null ? spec.config() : own);
      if (filter != null) {
        chain.add(filter instanceof RouteBound bound ? bound.boundTo(choice, cluster) : filter);
      }
    }
    return chain;
  }

  /** The path of the most specific level that configures a filter: its state belongs there. */
  private String site(RouteChoice choice, String filter) {
    StringBuilder path = new StringBuilder(table.configuration().name());
    VirtualHost host = choice.virtualHost();
    Route route = choice.route();
    WeightedCluster weighted = choice.weighted();
    path.append('/').append(host == null ? "" : host.name());
    boolean ofShare = weighted != null && weighted.filterConfigs().containsKey(filter);
    if (route != null && (ofShare || route.filterConfigs().containsKey(filter))) {
      int number = host == null ? 0 : host.routes().indexOf(route);
      path.append('/').append(route.name().isEmpty() ? "route-" + number : route.name());
    }
    if (weighted != null && ofShare) {
      path.append('/').append(weighted.name());
    }
    return path.append('/').append(filter).toString();
  }
}
