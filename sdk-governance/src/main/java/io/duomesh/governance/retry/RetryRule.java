package io.duomesh.governance.retry;

import io.duomesh.ResponseFlag;
import io.duomesh.Status;
import io.duomesh.governance.route.HeaderTest;
import io.duomesh.traffic.RetryPolicy;
import io.duomesh.transport.Outcome;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is tried again, and after what wait: a route's {@link RetryPolicy} by Envoy's rules, or the
 * rule of calls without one. Immutable.
 */
public final class RetryRule {
  /**
   * Without a policy: at once, at most once more, and only what was certainly not processed and was
   * not refused by this process itself.
   */
  public static final RetryRule DEFAULT = new RetryRule(null);

  private static final int DEFAULT_REPICKS = 3;

  private final @Nullable RetryPolicy policy;
  private final Set<Condition> on;
  private final List<HeaderTest> retriableHeaders;

  private RetryRule(@Nullable RetryPolicy policy) {
    this.policy = policy;
    this.on = policy == null ? Set.of() : Condition.of(policy.retryOn());
    this.retriableHeaders =
        policy == null
            ? List.of()
            : policy.retriableHeaders().stream().map(h -> HeaderTest.of(List.of(h))).toList();
  }

  /**
   * Compiles a policy.
   *
   * @throws com.google.re2j.PatternSyntaxException if an expression in it is none
   */
  public static RetryRule compile(RetryPolicy policy) {
    return new RetryRule(policy);
  }

  /**
   * Whether an attempt is to be followed by another. What ends the whole call (its deadline, its
   * caller) is not an attempt's outcome and not for this rule.
   *
   * @param ended how the attempt ended; a timeout of its own carries flag {@code UT}
   * @param retries how many retries there were before
   */
  public boolean again(Outcome ended, int retries) {
    return retries < (policy == null ? 1 : policy.numRetries()) && retriable(ended);
  }

  /** The outcome for the caller when there is no other attempt. */
  public Outcome exhausted(Outcome ended, int retries) {
    Status status = ended.status();
    if (retries == 0 || !retriable(ended)) {
      return ended;
    }
    Status told =
        status
            .withFlag(status.flag() == null ? ResponseFlag.URX : status.flag())
            .withMessage(status.message() + " (gave up after " + (retries + 1) + " attempts)");
    return new Outcome(
        told, ended.trailers(), ended.httpStatus(), ended.trailersOnly(), ended.headersSeen());
  }

  private boolean retriable(Outcome ended) {
    Status status = ended.status();
    if (status.isOk() || status.origin() == Status.Origin.LOCAL) {
      return false;
    }
    if (policy == null) {
      return status.unprocessed();
    }
    return ended.httpStatus() != 0 || ended.trailersOnly()
        ? response(ended, policy)
        : !ended.headersSeen() && failure(status);
  }

  /** A response: by its HTTP status, and by its gRPC code only where it has no real trailers. */
  private boolean response(Outcome ended, RetryPolicy policy) {
    if (ended.trailers().get("x-envoy-ratelimited") != null) {
      return on.contains(Condition.RATE_LIMITED);
    }
    int http = ended.httpStatus();
    if (http >= 500 && on.contains(Condition.SERVER_ERROR)
        || http >= 502 && http <= 504 && on.contains(Condition.GATEWAY_ERROR)
        || http == 409 && on.contains(Condition.RETRIABLE_4XX)
        || on.contains(Condition.STATUS_CODES) && policy.retriableStatusCodes().contains(http)) {
      return true;
    }
    if (on.contains(Condition.HEADERS) && headersMatch(ended)) {
      return true;
    }
    if (ended.trailersOnly()) {
      for (Condition condition : on) {
        if (condition.code() == ended.status().code()) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean headersMatch(Outcome ended) {
    ResponseHead head = new ResponseHead(ended);
    for (HeaderTest test : retriableHeaders) {
      if (test.test(head)) {
        return true;
      }
    }
    return false;
  }

  /** An attempt without a response. */
  private boolean failure(Status status) {
    if (on.contains(Condition.SERVER_ERROR)
        || on.contains(Condition.GATEWAY_ERROR)
        || on.contains(Condition.RESET)) {
      return true;
    }
    if (status.flag() == ResponseFlag.UF) {
      return on.contains(Condition.CONNECT_FAILURE) || on.contains(Condition.RESET_BEFORE_REQUEST);
    }
    return status.unprocessed() && on.contains(Condition.REFUSED_STREAM);
  }

  /**
   * The wait before a retry: uniform from 0 to base · 2^(retry − 1), bounded by the policy's
   * longest; or what the response asked for, and up to half as much again.
   *
   * @param retry its number, at least 1
   * @param ended how the attempt before ended
   */
  public long backOffNanos(int retry, Outcome ended) {
    RandomGenerator random = ThreadLocalRandom.current();
    long asked = policy == null ? 0 : ResetHeaders.nanos(policy, ended, System::currentTimeMillis);
    return asked > 0 ? asked + random.nextLong(asked / 2) : backOffNanos(retry, random);
  }

  long backOffNanos(int retry, RandomGenerator random) {
    if (policy == null) {
      return 0;
    }
    long longest = policy.backOffMax().toNanos();
    long base = policy.backOffBase().toNanos();
    int doublings = Math.min(retry - 1, Long.numberOfLeadingZeros(base | 1) - 1);
    long most = Math.min(base << doublings, longest);
    return most <= 0 ? 0 : random.nextLong(most);
  }

  /**
   * The time of one attempt; 0 for no limit of its own.
   *
   * @param wholeNanos time of the whole call; 0 for no limit
   */
  public long perTryNanos(long wholeNanos) {
    long perTry =
        policy == null || policy.perTryTimeout() == null ? 0 : policy.perTryTimeout().toNanos();
    return wholeNanos > 0 && perTry >= wholeNanos ? 0 : perTry;
  }

  /** Whether a retry looks for another endpoint than those tried before. */
  public boolean avoidsTriedHosts() {
    return policy == null || policy.previousHosts();
  }

  /**
   * How many of the attempts so far make a retry avoid the priorities they went to; counted from
   * the first.
   */
  public int avoidedPriorities(int attempts) {
    int frequency = policy == null ? 0 : policy.priorityUpdateFrequency();
    return frequency == 0 ? 0 : attempts / frequency * frequency;
  }

  /** How often a retry picks again at most for another endpoint. */
  public int repicks() {
    return policy == null ? DEFAULT_REPICKS : policy.hostSelectionAttempts();
  }
}
