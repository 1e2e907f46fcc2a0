package io.duomesh.runtime.routing;

import io.duomesh.ClientCall;
import io.duomesh.Deadline;
import io.duomesh.Explanation;
import io.duomesh.Invocation;
import io.duomesh.MeshState;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.filter.AnnotatedCall;
import io.duomesh.governance.filter.FailedCall;
import io.duomesh.governance.route.InvocationHead;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.runtime.attempt.RoutePlan;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.traffic.RouteAction;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Routes by one compiled snapshot. Immutable but for what it remembers of the targets and methods
 * it has met.
 */
@SuppressWarnings("ReferenceEquality") // a head that nothing was done to is the same one
public final class TableRouter implements Router {
  private final String version;
  private final Function<Target, @Nullable TargetRoutes> resolver;
  private final BiFunction<Target, Invocation, ClientCall> unknownTarget;
  private final Clusters clusters;
  private final ConcurrentHashMap<Target, TargetRoutes> targets = new ConcurrentHashMap<>();

  TableRouter(
      String version,
      Clusters clusters,
      Function<Target, @Nullable TargetRoutes> resolver,
      BiFunction<Target, Invocation, ClientCall> unknownTarget) {
    this.version = version;
    this.clusters = clusters;
    this.resolver = resolver;
    this.unknownTarget = unknownTarget;
  }

  /** Version of the snapshot it was made of. */
  public String version() {
    return version;
  }

  Clusters clusters() {
    return clusters;
  }

  /** The routes of a target, or null where the snapshot has no entrance for it. */
  @Nullable TargetRoutes routes(Target target) {
    TargetRoutes known = targets.get(target);
    if (known == null) {
      known = resolver.apply(target);
      if (known != null) {
        TargetRoutes other = targets.putIfAbsent(target, known);
        known = other == null ? known : other;
      }
    }
    return known;
  }

  @Override
  public ClientCall newCall(Target target, Invocation invocation) {
    TargetRoutes routes = routes(target);
    if (routes == null) {
      return unknownTarget.apply(target, invocation);
    }
    TargetRoutes.OfMethod known =
        routes.differs(invocation) ? null : routes.of(invocation.method());
    TargetRoutes.OfMethod bare = known != null && invocation.metadata().isEmpty() ? known : null;
    RequestHead original =
        bare == null ? new InvocationHead(invocation, routes.grpc()) : bare.bare();
    RequestHead head = bare == null ? routes.received(original) : bare.received();
    long random = ThreadLocalRandom.current().nextLong();
    RouteChoice choice =
        known == null ? routes.table().route(head, random) : known.candidates().match(head, random);
    if (!(choice.action() instanceof RouteAction.Forward forward)) {
      return FailedCall.of(LocalReplies.of(choice, head, invocation));
    }
    RoutePlan plan = routes.plan(choice, head);
    if (plan == null) {
      return FailedCall.of(LocalReplies.noCluster(choice, head, invocation, forward));
    }
    Invocation sent =
        choice.mutatesRequests() || head != original
            ? Upstream.of(invocation, choice, head)
            : invocation;
    long timeout = choice.timeoutMillis(head);
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeout);
    if (timeout > 0 && nanos < sent.deadline().remainingNanos()) {
      sent = sent.withDeadline(Deadline.afterNanos(nanos));
    }
    ClientCall call = plan.newCall(sent);
    return choice.changesResponses()
        ? new AnnotatedCall(call, headers -> choice.response(head, 200, headers))
        : call;
  }

  @Override
  public Explanation explain(Target target, String path, Metadata headers, long random) {
    TargetRoutes known = targets.get(target);
    // what is only explained is not kept: anyone may ask for any number of targets
    TargetRoutes routes = known == null ? resolver.apply(target) : known;
    return routes == null
        ? Explanation.failed(target.toString(), unknown(target, version))
        : ExplainedCall.of(target, routes, path, headers, random);
  }

  static Status unknown(Target target, String version) {
    return Status.local(
            Status.Code.UNAVAILABLE,
            target
                + ": configuration "
                + version
                + " has no listener for it; check the target's name and port, and that this node"
                + " may see the service")
        .withFlag(ResponseFlag.NR);
  }

  /** What its clusters do now, by name. */
  public List<MeshState.Cluster> state() {
    return clusters.all().stream()
        .map(ClusterHandle::state)
        .sorted(Comparator.comparing(MeshState.Cluster::name))
        .toList();
  }
}
