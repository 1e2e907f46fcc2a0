package io.duomesh;

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
 */
public record ServiceOptions(
    @Nullable String version,
    @Nullable String group,
    @Nullable String uniqueId,
    @Nullable Executor executor) {
  /** Nothing set. */
  public static final ServiceOptions DEFAULT = new ServiceOptions(null, null, null, null);

  /** A copy with a version. */
  public ServiceOptions withVersion(String newVersion) {
    return new ServiceOptions(newVersion, group, uniqueId, executor);
  }

  /** A copy with a group of Dubbo's. */
  public ServiceOptions withGroup(String newGroup) {
    return new ServiceOptions(version, newGroup, uniqueId, executor);
  }

  /** A copy with a unique id of SOFARPC's. */
  public ServiceOptions withUniqueId(String newUniqueId) {
    return new ServiceOptions(version, group, newUniqueId, executor);
  }

  /** A copy with an executor. */
  public ServiceOptions withExecutor(Executor newExecutor) {
    return new ServiceOptions(version, group, uniqueId, newExecutor);
  }

  /** The name that the service is called by. */
  public ServiceName serviceName(String interfaceName) {
    return new ServiceName(interfaceName, version, group, uniqueId);
  }
}
