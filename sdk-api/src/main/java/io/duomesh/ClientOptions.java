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
 * @param call options of its calls
 */
public record ClientOptions(
    String target,
    @Nullable String version,
    @Nullable String group,
    @Nullable String uniqueId,
    CallOptions call) {

  /** A client of a target. */
  public static ClientOptions target(String target) {
    return new ClientOptions(target, null, null, null, CallOptions.DEFAULT);
  }

  /** A copy for a version of the service. */
  public ClientOptions withVersion(String newVersion) {
    return new ClientOptions(target, newVersion, group, uniqueId, call);
  }

  /** A copy for a group of Dubbo's. */
  public ClientOptions withGroup(String newGroup) {
    return new ClientOptions(target, version, newGroup, uniqueId, call);
  }

  /** A copy for a unique id of SOFARPC's. */
  public ClientOptions withUniqueId(String newUniqueId) {
    return new ClientOptions(target, version, group, newUniqueId, call);
  }

  /** A copy with options of its calls. */
  public ClientOptions withCall(CallOptions newCall) {
    return new ClientOptions(target, version, group, uniqueId, newCall);
  }

  /** The name that the client calls a service by. */
  public ServiceName serviceName(String interfaceName) {
    return new ServiceName(interfaceName, version, group, uniqueId);
  }
}
