package io.duomesh.runtime.attempt;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.Deadline;
import io.duomesh.Invocation;
import io.duomesh.governance.lb.RequestHash;
import io.duomesh.governance.retry.RetryRule;
import io.duomesh.governance.route.InvocationHead;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.runtime.interceptor.Interceptors;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is decided about the calls of a route to a cluster before they come: filters,
 * retry rule, hash rule. Built once per table, immutable.
 */
public final class RoutePlan {
  private final String description;
  private final ClusterHandle cluster;
  private final RetryRule retries;
  private final @Nullable RequestHash hash;
  private final boolean highPriority;
  private final Channel entrance;

  /**
   * A plan.
   *
   * @param description of the route, for people
   * @param hash what hash-based balancing goes by; null for nothing
   * @param filters what its calls pass, outermost first
   */
  public RoutePlan(
      String description,
      ClusterHandle cluster,
      RetryRule retries,
      @Nullable RequestHash hash,
      boolean highPriority,
      List<ClientInterceptor> filters) {
    this.description = description;
    this.cluster = cluster;
    this.retries = retries;
    this.hash = hash;
    this.highPriority = highPriority;
    this.entrance = Interceptors.filters(filters, this::attempts);
  }

  /** A plan without policies: to the sidecar or in process. */
  public static RoutePlan direct(String description, ClusterHandle cluster) {
    return new RoutePlan(description, cluster, RetryRule.DEFAULT, null, false, List.of());
  }

  /** A call under this plan, not started yet. */
  public ClientCall newCall(Invocation invocation) {
    return entrance.newCall(invocation);
  }

  private ClientCall attempts(Invocation invocation) {
    return switch (invocation.method().type()) {
      case UNARY, ONE_WAY -> new AttemptCall(this, invocation);
      case CLIENT_STREAMING, SERVER_STREAMING, BIDI_STREAMING -> new StreamCall(this, invocation);
    };
  }

  ClusterHandle cluster() {
    return cluster;
  }

  RetryRule retries() {
    return retries;
  }

  boolean highPriority() {
    return highPriority;
  }

  /** What hash-based balancing goes by; random where nothing is hashed. */
  long hash(Invocation invocation) {
    RequestHash rule = hash;
    return rule == null
        ? ThreadLocalRandom.current().nextLong()
        : rule.of(
            new InvocationHead(invocation, true),
            System.identityHashCode(this),
            ThreadLocalRandom.current());
  }

  /** The head of one try: its time is bounded by the policy's time per try. */
  Invocation perTry(Invocation invocation) {
    if (retries.perTryNanos(0) == 0) {
      return invocation;
    }
    Deadline deadline = invocation.deadline();
    long whole = deadline.isNone() ? 0 : Math.max(1, deadline.remainingNanos());
    long nanos = retries.perTryNanos(whole);
    return nanos == 0 ? invocation : invocation.withDeadline(Deadline.afterNanos(nanos));
  }

  @Override
  public String toString() {
    return description;
  }
}
