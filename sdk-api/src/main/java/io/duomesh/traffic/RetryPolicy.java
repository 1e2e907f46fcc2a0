package io.duomesh.traffic;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is tried again, and how ({@code config.route.v3.RetryPolicy}).
 *
 * @param retryOn Envoy's names of conditions, HTTP and gRPC ones together; unknown names are
 *     ignored
 * @param numRetries most retries; 1 where the configuration is silent
 * @param perTryTimeout time of one attempt; null or zero for the whole
 * @param retriableStatusCodes HTTP statuses for {@code retriable-status-codes}
 * @param retriableHeaders response headers for {@code retriable-headers}
 * @param backOffBase base of the waits; default 25 ms
 * @param backOffMax longest wait; default 10 × base
 * @param previousHosts whether hosts already tried are avoided
 * @param priorityUpdateFrequency after how many attempts each the priorities tried so far are
 *     avoided; 0 for never
 * @param hostSelectionAttempts picks at most for a host not tried yet; default 1
 */
public record RetryPolicy(
    Set<String> retryOn,
    int numRetries,
    @Nullable Duration perTryTimeout,
    Set<Integer> retriableStatusCodes,
    List<HeaderMatcher> retriableHeaders,
    Duration backOffBase,
    Duration backOffMax,
    boolean previousHosts,
    int priorityUpdateFrequency,
    int hostSelectionAttempts) {

  /** Copies the collections. */
  public RetryPolicy {
    retryOn = Set.copyOf(retryOn);
    retriableStatusCodes = Set.copyOf(retriableStatusCodes);
    retriableHeaders = List.copyOf(retriableHeaders);
  }

  /** Retries on the named conditions, all else by default. */
  public static RetryPolicy on(int numRetries, String... conditions) {
    return new RetryPolicy(
        Set.of(conditions),
        numRetries,
        null,
        Set.of(),
        List.of(),
        Duration.ofMillis(25),
        Duration.ofMillis(250),
        false,
        0,
        1);
  }
}
