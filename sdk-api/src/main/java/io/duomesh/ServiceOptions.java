package io.duomesh;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a service is offered. Immutable; {@code with…} gives a copy.
 *
 * @param version its version; null for none
 * @param group Dubbo's group; null for none
 * @param uniqueId SOFARPC's unique id; null for none
 * @param executor where its methods run; null for the server's own; {@code Runnable::run} only for
 *     methods that never block
 * @param timeout the longest that a call may take on the server, from its arrival to its answer: an
 *     earlier deadline of the caller's stays, a later one is cut to it, and the caller is answered
 *     {@code DEADLINE_EXCEEDED} when it passes. The method is not interrupted; what it calls
 *     inherits the deadline. Streams are ended by it too. Null or zero for no limit
 */
public record ServiceOptions(
    @Nullable String version,
    @Nullable String group,
    @Nullable String uniqueId,
    @Nullable Executor executor,
    @Nullable Duration timeout) {
  /** Nothing set. */
  public static final ServiceOptions DEFAULT = new ServiceOptions(null, null, null, null, null);

  /**
   * Makes zero no limit.
   *
   * @throws IllegalArgumentException if the timeout is negative
   */
  public ServiceOptions {
    if (timeout != null && timeout.isNegative()) {
      throw new IllegalArgumentException(
          "timeout: " + timeout + " (expected: zero for no limit, or more)");
    }
    timeout = timeout == null || timeout.isZero() ? null : timeout;
  }

  /** A copy with a version. */
  public ServiceOptions withVersion(String newVersion) {
    return new ServiceOptions(newVersion, group, uniqueId, executor, timeout);
  }

  /** A copy with a group of Dubbo's. */
  public ServiceOptions withGroup(String newGroup) {
    return new ServiceOptions(version, newGroup, uniqueId, executor, timeout);
  }

  /** A copy with a unique id of SOFARPC's. */
  public ServiceOptions withUniqueId(String newUniqueId) {
    return new ServiceOptions(version, group, newUniqueId, executor, timeout);
  }

  /** A copy with an executor. */
  public ServiceOptions withExecutor(Executor newExecutor) {
    return new ServiceOptions(version, group, uniqueId, newExecutor, timeout);
  }

  /** A copy with a limit of time; {@link Duration#ZERO} for none. */
  public ServiceOptions withTimeout(Duration newTimeout) {
    return new ServiceOptions(version, group, uniqueId, executor, newTimeout);
  }

  /** The name that the service is called by. */
  public ServiceName serviceName(String interfaceName) {
    return new ServiceName(interfaceName, version, group, uniqueId);
  }
}
