package io.duomesh.runtime.attempt;

import io.duomesh.Invocation;
import io.duomesh.Status;
import io.duomesh.runtime.cluster.EndpointHandle;
import io.duomesh.transport.Outcome;
import org.jspecify.annotations.Nullable;

/** What was called and where it went, in front of what happened there. */
final class FailurePlace {
  private FailurePlace() {}

  /**
   * A failure that says what was called and where; successes, and exceptions of the service, which
   * have a message of their own, as they are.
   *
   * @param at where it went last; null for nowhere
   * @param before attempts before this one
   */
  static Outcome add(
      Outcome outcome,
      Invocation invocation,
      RoutePlan plan,
      @Nullable EndpointHandle at,
      int before) {
    Status status = outcome.status();
    if (status.isOk() || status.origin() == Status.Origin.APPLICATION) {
      return outcome;
    }
    StringBuilder where = new StringBuilder().append(invocation);
    String cluster = plan.cluster().spec().name();
    if (at != null && !at.address().equals(invocation.authority())) {
      where.append(", endpoint ").append(at.address());
    }
    if (at != null && !cluster.equals(at.address()) && !cluster.equals(invocation.authority())) {
      where.append(" of ").append(cluster);
    }
    if (before > 0) {
      where.append(", attempt ").append(before + 1);
    }
    // a transport that says itself what was called says it once
    String called = invocation.method() + ": ";
    String message = status.message();
    where
        .append(": ")
        .append(message.startsWith(called) ? message.substring(called.length()) : message);
    return new Outcome(
        status.withMessage(where.toString()),
        outcome.trailers(),
        outcome.httpStatus(),
        outcome.trailersOnly(),
        outcome.headersSeen());
  }
}
