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
 * @param rateLimitedBackOff waits that responses ask for; null for none
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
    int hostSelectionAttempts,
    @Nullable RateLimitedBackOff rateLimitedBackOff) {

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if a number or a wait is negative, or the longest wait shorter
   *     than the base
   */
  public RetryPolicy {
    Checks.atLeast("retry policy num_retries", numRetries, 0);
    Checks.atLeast("retry policy update_frequency", priorityUpdateFrequency, 0);
    if (backOffBase.isNegative() || backOffMax.compareTo(backOffBase) < 0) {
      throw new IllegalArgumentException(
          "retry policy back-off: " + backOffBase + " to " + backOffMax);
    }
    retryOn = Set.copyOf(retryOn);
    retriableStatusCodes = Set.copyOf(retriableStatusCodes);
    retriableHeaders = List.copyOf(retriableHeaders);
  }

  /** Without waits that responses ask for. */
  public RetryPolicy(
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
    this(
        retryOn,
        numRetries,
        perTryTimeout,
        retriableStatusCodes,
        retriableHeaders,
        backOffBase,
        backOffMax,
        previousHosts,
        priorityUpdateFrequency,
        hostSelectionAttempts,
        null);
  }

  /**
   * How long a response may ask to wait ({@code RateLimitedRetryBackOff}): the first of these
   * headers that it has, and that is a number in bounds, takes the place of the ordinary wait.
   *
   * @param resetHeaders in order
   * @param longest longer waits are not believed; default 300 s
   */
  public record RateLimitedBackOff(List<ResetHeader> resetHeaders, Duration longest) {
    /** Copies the list. */
    public RateLimitedBackOff {
      Checks.positive("rate-limited back-off max_interval", longest);
      resetHeaders = List.copyOf(resetHeaders);
    }
  }

  /**
   * A header that says when to try again.
   *
   * @param name its name
   * @param unixTimestamp whether it holds a time in seconds since 1970, not a number of seconds
   */
  public record ResetHeader(String name, boolean unixTimestamp) {}

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
