package io.duomesh.governance.filter;

import io.duomesh.Channel;
import io.duomesh.ClientCall;
import io.duomesh.ClientInterceptor;
import io.duomesh.Invocation;
import io.duomesh.Metadata;
import io.duomesh.ResponseFlag;
import io.duomesh.ServerCall;
import io.duomesh.ServerHandler;
import io.duomesh.ServerInterceptor;
import io.duomesh.Status;
import io.duomesh.governance.route.AnswerHeaders;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.traffic.LocalRateLimit.Entry;
import io.duomesh.traffic.RuntimeFraction;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A local rate limit of one site, on either side. Where several descriptors match, all their
 * buckets must have a token, in the order of the rules, then the default one; what was taken before
 * a refusal is gone. For any thread; no lock; calls that no descriptor concerns allocate nothing.
 */
final class LocalRateLimiter implements ClientInterceptor, ServerInterceptor, RouteBound {
  private static final ServerCall.Listener IGNORING = message -> {};

  private final LocalRateLimit config;
  private final LongSupplier clock;
  private final @Nullable Limit common;
  private final DescriptorLimits limits;
  private final Descriptors descriptors;
  private final AnswerHeaders answers;
  private final @Nullable RouteChoice route;
  private final @Nullable String cluster;

  /**
   * A limit whose buckets are full.
   *
   * @param clock nanoseconds
   */
  LocalRateLimiter(LocalRateLimit config, String site, LongSupplier clock) {
    Status base = refusal(config);
    long now = clock.getAsLong();
    this.config = config;
    this.clock = clock;
    this.common = config.bucket() == null ? null : Limit.of(config.bucket(), site, base, now);
    this.limits = new DescriptorLimits(config.descriptors(), site, base, now);
    this.descriptors = Descriptors.of(config.rules(), config.stage());
    this.answers = AnswerHeaders.of(config.responseHeaders());
    this.route = null;
    this.cluster = null;
  }

  /** The same limit with the rules of a route. */
  private LocalRateLimiter(
      LocalRateLimiter site, Descriptors descriptors, RouteChoice route, String cluster) {
    this.config = site.config;
    this.clock = site.clock;
    this.common = site.common;
    this.limits = site.limits;
    this.descriptors = descriptors;
    this.answers = site.answers;
    this.route = route;
    this.cluster = cluster;
  }

  @Override
  public ClientInterceptor boundTo(RouteChoice choice, String routedCluster) {
    if (limits.isEmpty() && config.responseHeaders().isEmpty()) {
      return this;
    }
    Descriptors ofRoute =
        config.rules().isEmpty()
            ? Descriptors.of(Descriptors.rules(choice, config.hostRules()), config.stage())
            : descriptors;
    return new LocalRateLimiter(this, ofRoute, choice, routedCluster);
  }

  @Override
  public ClientCall intercept(Invocation invocation, Channel next) {
    if (!isHit(config.enabled())) {
      return next.newCall(invocation);
    }
    CallHead head = needsHead() ? head(invocation) : null;
    long now = clock.getAsLong();
    List<List<Entry>> requested = requested(head);
    Limit empty = take(requested, now);
    Metadata told = told(requested, empty, now);
    if (empty != null && isEnforced()) {
      Metadata added = answers.of(head == null ? head(invocation) : head, route);
      return new FailedCall(empty.refusal(), added.plus(told));
    }
    ClientCall call = next.newCall(invocation);
    return told.isEmpty() ? call : new AnnotatedCall(call, headers -> headers.plus(told));
  }

  @Override
  public ServerCall.Listener intercept(ServerCall call, ServerHandler next) {
    if (!isHit(config.enabled())) {
      return next.start(call);
    }
    CallHead head = needsHead() ? head(call) : null;
    long now = clock.getAsLong();
    List<List<Entry>> requested = requested(head);
    Limit empty = take(requested, now);
    Metadata told = told(requested, empty, now);
    if (empty != null && isEnforced()) {
      Metadata added = answers.of(head == null ? head(call) : head, route);
      call.close(empty.refusal(), added.plus(told));
      return IGNORING;
    }
    if (!told.isEmpty()) {
      call.sendHeaders(told);
    }
    return next.start(call);
  }

  private CallHead head(Invocation invocation) {
    return new CallHead(
        invocation.authority(), invocation.path(), invocation.metadata(), null, cluster);
  }

  private static CallHead head(ServerCall call) {
    return new CallHead("", call.method().path(), call.metadata(), peer(call), null);
  }

  private boolean needsHead() {
    return !limits.isEmpty() && !descriptors.isEmpty();
  }

  private List<List<Entry>> requested(@Nullable CallHead head) {
    return head == null ? List.of() : descriptors.of(head);
  }

  private boolean isEnforced() {
    return isHit(config.enforced());
  }

  /** Takes the tokens of a call; why it is refused, or null. */
  @Nullable Status check(@Nullable CallHead head) {
    Limit empty = take(requested(head), clock.getAsLong());
    return empty != null && isEnforced() ? empty.refusal() : null;
  }

  /** The limit that has no token for a request of these descriptors; null if all have. */
  @Nullable Limit take(List<List<Entry>> requested) {
    return take(requested, clock.getAsLong());
  }

  private @Nullable Limit take(List<List<Entry>> requested, long now) {
    if (requested.isEmpty()) {
      return common == null || common.bucket().take(now) ? null : common;
    }
    List<Limit> matched = matched(requested, now);
    for (Limit limit : matched) {
      if (!limit.bucket().take(now)) {
        return limit;
      }
    }
    boolean asksCommon = matched.isEmpty() || config.alwaysConsumeDefault();
    return common != null && asksCommon && !common.bucket().take(now) ? common : null;
  }

  private List<Limit> matched(List<List<Entry>> requested, long now) {
    List<Limit> matched = new ArrayList<>(requested.size());
    for (List<Entry> entries : requested) {
      Limit limit = limits.find(entries, now);
      if (limit != null) {
        matched.add(limit);
      }
    }
    return matched;
  }

  /** What the caller is told: of the bucket that was empty, else of the first that was asked. */
  private Metadata told(List<List<Entry>> requested, @Nullable Limit empty, long now) {
    if (!config.rateLimitHeaders()) {
      return Metadata.EMPTY;
    }
    Limit decided = empty;
    if (decided == null) {
      List<Limit> matched = matched(requested, now);
      decided = matched.isEmpty() ? common : matched.get(0);
    }
    return decided == null ? Metadata.EMPTY : decided.headers(now);
  }

  private static boolean isHit(@Nullable RuntimeFraction fraction) {
    return fraction != null
        && (fraction.numerator() >= fraction.denominator()
            || ThreadLocalRandom.current().nextInt(fraction.denominator()) < fraction.numerator());
  }

  private static @Nullable String peer(ServerCall call) {
    return call.peer() instanceof InetSocketAddress address && address.getAddress() != null
        ? address.getAddress().getHostAddress()
        : null;
  }

  private static Status refusal(LocalRateLimit config) {
    Status.Code code =
        config.resourceExhausted() ? Status.Code.RESOURCE_EXHAUSTED : code(config.status());
    return Status.local(code, "").withFlag(ResponseFlag.RL);
  }

  /** The gRPC code of an HTTP status that Envoy answers itself; below 400 it answers 429. */
  private static Status.Code code(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> Status.Code.INTERNAL;
      case 401 -> Status.Code.UNAUTHENTICATED;
      case 403 -> Status.Code.PERMISSION_DENIED;
      case 404 -> Status.Code.UNIMPLEMENTED;
      case 429, 502, 503, 504 -> Status.Code.UNAVAILABLE;
      default -> httpStatus < 400 ? Status.Code.UNAVAILABLE : Status.Code.UNKNOWN;
    };
  }
}
