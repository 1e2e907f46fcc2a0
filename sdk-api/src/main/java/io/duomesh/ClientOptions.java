package io.duomesh;

import org.jspecify.annotations.Nullable;

/**
 * What all calls of one client have in common. Immutable; {@code with…} gives a copy.
 *
 * @param target whom it calls: {@code xds:///host:port}, {@code dns:///host:port}, {@code
 *     static://h:p,h:p}, {@code inproc:name}, or a bare {@code host[:port]} of {@code
 *     duomesh.client.default-scheme}
 * @param version the service's version; null for none
 * @param group Dubbo's group; null for none
 * @param uniqueId SOFARPC's unique id; null for none
 * @param interfaceName the interface's name on the wire where it is not that of the client's type,
 *     such as an asynchronous variant of it; null where it is
 * @param call options of its calls
 */
public record ClientOptions(
    String target,
    @Nullable String version,
    @Nullable String group,
    @Nullable String uniqueId,
    @Nullable String interfaceName,
    CallOptions call) {

  /** A client of a target. */
  public static ClientOptions target(String target) {
    return new ClientOptions(target, null, null, null, null, CallOptions.DEFAULT);
  }

  /** A copy for a version of the service. */
  public ClientOptions withVersion(String newVersion) {
    return new ClientOptions(target, newVersion, group, uniqueId, interfaceName, call);
  }

  /** A copy for a group of Dubbo's. */
  public ClientOptions withGroup(String newGroup) {
    return new ClientOptions(target, version, newGroup, uniqueId, interfaceName, call);
  }

  /** A copy for a unique id of SOFARPC's. */
  public ClientOptions withUniqueId(String newUniqueId) {
    return new ClientOptions(target, version, group, newUniqueId, interfaceName, call);
  }

  /**
   * A copy for an interface of another name than the client's type has: the same methods, declared
   * to return {@code CompletableFuture} for instance.
   */
  public ClientOptions withInterfaceName(String newInterfaceName) {
    return new ClientOptions(target, version, group, uniqueId, newInterfaceName, call);
  }

  /** A copy with options of its calls. */
  public ClientOptions withCall(CallOptions newCall) {
    return new ClientOptions(target, version, group, uniqueId, interfaceName, newCall);
  }

  /** The name that a client of a type calls the service by. */
  public ServiceName serviceName(String typeName) {
    return new ServiceName(
        interfaceName == null ? typeName : interfaceName, version, group, uniqueId);
  }
}
