package io.duomesh.transport;

import io.duomesh.Deadline;
import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service's own limit of time on one call that it took, {@link ServiceDefinition#timeout}.
 *
 * @param deadline when it is up
 * @param timeout what the service says
 */
public record ServiceLimit(Deadline deadline, Duration timeout) {

  /** The limit of a call that a service takes now; null where its caller's deadline is earlier. */
  public static @Nullable ServiceLimit before(Deadline callers, ServiceDefinition service) {
    Duration timeout = service.timeout();
    if (timeout == null) {
      return null;
    }
    Deadline own = Deadline.after(timeout);
    return own.compareTo(callers) < 0 ? new ServiceLimit(own, timeout) : null;
  }

  /** What the caller is told once it is up. */
  public Status passed(String call) {
    return Status.remote(
        Status.Code.DEADLINE_EXCEEDED,
        call + ": not done within the service's own limit of " + timeout.toMillis() + " ms");
  }
}
