package io.duomesh.runtime.cluster;

import io.duomesh.MeshState;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LocalityEndpoints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The endpoints of a cluster that are in use, by address: one handle for as long as it is there.
 */
final class EndpointHandles {
  private final ClusterSpec spec;
  private final String protocol;
  private final ClusterContext context;
  private final ConcurrentHashMap<String, EndpointHandle> handles = new ConcurrentHashMap<>();
  private volatile boolean closed;

  EndpointHandles(ClusterSpec spec, String protocol, ClusterContext context) {
    this.spec = spec;
    this.protocol = protocol;
    this.context = context;
  }

  /** The handle of an endpoint, which takes over what is new about it; not connected by this. */
  EndpointHandle of(Endpoint endpoint) {
    String address = endpoint.address();
    EndpointHandle known = handles.get(address);
    if (known != null && !known.isRetired()) {
      known.update(endpoint);
      return known;
    }
    EndpointHandle fresh = context.connect(spec, protocol, endpoint);
    EndpointHandle other = handles.putIfAbsent(address, fresh);
    if (closed) {
      fresh.close(); // one that comes after the end connects no more
    }
    if (other == null || (other.isRetired() && handles.replace(address, other, fresh))) {
      return fresh;
    }
    return handles.getOrDefault(address, other);
  }

  /** Retires all but these. */
  void retain(Collection<EndpointHandle> these) {
    Set<EndpointHandle> kept = new HashSet<>(these);
    for (EndpointHandle handle : handles.values()) {
      if (!kept.contains(handle)) {
        handles.remove(handle.endpoint().address(), handle);
        handle.retire();
      }
    }
  }

  /** Lets go of all of them: calls in flight finish. */
  void retire() {
    handles.values().forEach(EndpointHandle::retire);
    handles.clear();
  }

  /** The runtime ends. */
  void close() {
    closed = true;
    handles.values().forEach(EndpointHandle::close);
    handles.clear();
  }

  /** What endpoints do now, in order; those without a handle are idle. */
  List<MeshState.EndpointState> states(ClusterEndpoints endpoints) {
    List<MeshState.EndpointState> states = new ArrayList<>();
    for (LocalityEndpoints locality : endpoints.localities()) {
      for (Endpoint endpoint : locality.endpoints()) {
        EndpointHandle handle = handles.get(endpoint.address());
        states.add(
            new MeshState.EndpointState(
                endpoint.address(),
                endpoint.health().toString(),
                handle == null ? "idle" : handle.connectionState(),
                handle == null ? 0 : handle.active()));
      }
    }
    return states;
  }
}
