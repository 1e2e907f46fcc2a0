package io.duomesh.traffic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a route does with its requests. */
public sealed interface RouteAction {

  /**
   * Sends them on ({@code config.route.v3.RouteAction}).
   *
   * @param cluster where
   * @param timeouts how long
   * @param rewrites how the request is changed
   * @param retryPolicy what is tried again; null leaves it to the virtual host
   * @param hashPolicies what hash-based balancing hashes
   * @param subset metadata that chosen endpoints must have, by key
   * @param mirrors where copies go
   * @param rateLimits descriptor rules
   * @param includeVirtualHostRateLimits whether the host's rules apply as well as the route's
   * @param highPriority which circuit-breaker thresholds apply
   * @param clusterNotFoundStatus HTTP status where the cluster is unknown
   */
  record Forward(
      ClusterSelector cluster,
      Timeouts timeouts,
      Rewrites rewrites,
      @Nullable RetryPolicy retryPolicy,
      List<HashPolicy> hashPolicies,
      Map<String, Object> subset,
      List<MirrorPolicy> mirrors,
      List<RateLimitRule> rateLimits,
      boolean includeVirtualHostRateLimits,
      boolean highPriority,
      int clusterNotFoundStatus)
      implements RouteAction {
    /** Copies the collections. */
    public Forward {
      hashPolicies = List.copyOf(hashPolicies);
      subset = Map.copyOf(subset);
      mirrors = List.copyOf(mirrors);
      rateLimits = List.copyOf(rateLimits);
    }

    /** To a cluster, all else by default. */
    public static Forward to(String cluster) {
      return to(new ClusterSelector.Single(cluster));
    }

    /** To a selection of clusters, all else by default. */
    public static Forward to(ClusterSelector cluster) {
      return new Forward(
          cluster,
          Timeouts.DEFAULT,
          Rewrites.NONE,
          null,
          List.of(),
          Map.of(),
          List.of(),
          List.of(),
          false,
          false,
          503);
    }

    /** A copy with timeouts. */
    public Forward withTimeouts(Timeouts newTimeouts) {
      return new Forward(
          cluster,
          newTimeouts,
          rewrites,
          retryPolicy,
          hashPolicies,
          subset,
          mirrors,
          rateLimits,
          includeVirtualHostRateLimits,
          highPriority,
          clusterNotFoundStatus);
    }

    /** A copy with a retry policy. */
    public Forward withRetryPolicy(RetryPolicy newRetryPolicy) {
      return new Forward(
          cluster,
          timeouts,
          rewrites,
          newRetryPolicy,
          hashPolicies,
          subset,
          mirrors,
          rateLimits,
          includeVirtualHostRateLimits,
          highPriority,
          clusterNotFoundStatus);
    }

    /** A copy with hash policies. */
    public Forward withHashPolicies(List<HashPolicy> newHashPolicies) {
      return new Forward(
          cluster,
          timeouts,
          rewrites,
          retryPolicy,
          newHashPolicies,
          subset,
          mirrors,
          rateLimits,
          includeVirtualHostRateLimits,
          highPriority,
          clusterNotFoundStatus);
    }
  }

  /**
   * Answers them at once.
   *
   * @param status HTTP status, 200–599
   * @param body text of the answer; may be empty
   * @param bodyFormat how the answer is written; null where {@code body} is the answer
   */
  record DirectResponse(int status, String body, @Nullable BodyFormat bodyFormat)
      implements RouteAction {
    /**
     * Checks the status.
     *
     * @throws IllegalArgumentException if it is none
     */
    public DirectResponse {
      Checks.range("direct response status", status, 200, 599);
    }

    /** Answers with a status and a text. */
    public static DirectResponse of(int status, String body) {
      return new DirectResponse(status, body, null);
    }
  }

  /**
   * Sends the caller elsewhere ({@code config.route.v3.RedirectAction}); unset parts keep the
   * request's.
   *
   * @param scheme new scheme, or null
   * @param host new host, or null
   * @param port new port, or 0
   * @param path new path, or null
   * @param prefixRewrite replacement of the matched prefix, or null
   * @param regexRewrite rewrite of the path, or null
   * @param pathFormat format string of the new path, or null
   * @param status HTTP status: 301, 302, 303, 307 or 308
   * @param stripQuery whether the query is dropped
   */
  record Redirect(
      @Nullable String scheme,
      @Nullable String host,
      int port,
      @Nullable String path,
      @Nullable String prefixRewrite,
      Rewrites.@Nullable RegexRewrite regexRewrite,
      @Nullable String pathFormat,
      int status,
      boolean stripQuery)
      implements RouteAction {}

  /** Serves them here: the only action of inbound routes of proxyless servers. */
  record NonForwarding() implements RouteAction {}

  /**
   * Time limits of a forwarded request, as Envoy's router applies them; null where the
   * configuration is silent.
   *
   * @param timeout whole time; absent 15 s, zero none; not used where {@code maxStreamDuration} is
   *     present
   * @param maxStreamDuration whole time of a stream; null for none
   * @param grpcTimeoutHeaderMax bound for the caller's {@code grpc-timeout}; zero for no bound
   * @param grpcTimeoutHeaderOffset subtracted from it
   * @param maxGrpcTimeout deprecated form of the bound, combined with {@code timeout}
   * @param grpcTimeoutOffset deprecated form of the offset
   * @param streamDurationSection whether {@code max_stream_duration} is present at all
   */
  record Timeouts(
      @Nullable Duration timeout,
      @Nullable Duration maxStreamDuration,
      @Nullable Duration grpcTimeoutHeaderMax,
      @Nullable Duration grpcTimeoutHeaderOffset,
      @Nullable Duration maxGrpcTimeout,
      @Nullable Duration grpcTimeoutOffset,
      boolean streamDurationSection) {
    /** A silent configuration: 15 seconds. */
    public static final Timeouts DEFAULT = new Timeouts(null, null, null, null, null, null, false);

    /** A whole timeout only; zero for none. */
    public static Timeouts of(Duration timeout) {
      return new Timeouts(timeout, null, null, null, null, null, false);
    }
  }
}
