package io.duomesh.runtime.routing;

import io.duomesh.Settings;
import io.duomesh.runtime.cluster.ClusterContext;
import io.duomesh.runtime.cluster.ClusterHandle;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of one snapshot that are in use. A handle is made when a route's plan needs it, and
 * carried over from the snapshot before while its specification is equal.
 */
final class Clusters {
  private final TrafficSnapshot snapshot;
  private final Settings settings;
  private final ClusterContext context;
  private final ConcurrentHashMap<Key, ClusterHandle> handles = new ConcurrentHashMap<>();

  /** A cluster as one target sees it: what it speaks, and where an original destination is. */
  private record Key(String name, String protocol, String destination) {}

  Clusters(TrafficSnapshot snapshot, Settings settings, ClusterContext context) {
    this.snapshot = snapshot;
    this.settings = settings;
    this.context = context;
  }

  /** Takes over what is unchanged, with its new endpoints; the rest stays behind. */
  void inherit(Clusters before) {
    before.handles.forEach(
        (key, handle) -> {
          ClusterSpec spec = snapshot.clusters().get(key.name());
          if (spec != null && spec.equals(handle.spec())) {
            handle.update(endpoints(spec, key.destination()));
            handles.put(key, handle);
          }
        });
  }

  /** The handle of a cluster for a target, or null where the snapshot has no such cluster. */
  @Nullable ClusterHandle handle(String name, String authority) {
    ClusterSpec spec = snapshot.clusters().get(name);
    if (spec == null) {
      return null;
    }
    Key key = key(name, spec, authority);
    ClusterHandle known = handles.get(key);
    if (known != null) {
      return known;
    }
    ClusterHandle fresh = fresh(spec, key);
    ClusterHandle other = handles.putIfAbsent(key, fresh);
    return other == null ? fresh : other;
  }

  /** The same only to look at: where it is not in use, one that is not kept. */
  @Nullable ClusterHandle look(String name, String authority) {
    ClusterSpec spec = snapshot.clusters().get(name);
    if (spec == null) {
      return null;
    }
    Key key = key(name, spec, authority);
    ClusterHandle known = handles.get(key);
    return known == null ? fresh(spec, key) : known;
  }

  private Key key(String name, ClusterSpec spec, String authority) {
    return new Key(
        name,
        spec.protocol() != null ? spec.protocol() : ProtocolSetting.of(settings, authority),
        spec.discovery() instanceof ClusterSpec.Discovery.OriginalDestination ? authority : "");
  }

  private ClusterHandle fresh(ClusterSpec spec, Key key) {
    return new ClusterHandle(spec, key.protocol(), endpoints(spec, key.destination()), context);
  }

  private ClusterEndpoints endpoints(ClusterSpec spec, String destination) {
    if (!destination.isEmpty()) {
      return ClusterEndpoints.of(spec.name(), original(destination));
    }
    ClusterEndpoints found = snapshot.endpoints().get(spec.endpointsName());
    return found != null ? found : ClusterEndpoints.of(spec.endpointsName(), List.of());
  }

  private static List<Endpoint> original(String authority) {
    int colon = authority.lastIndexOf(':');
    try {
      return colon <= 0
          ? List.of(Endpoint.of(authority, 80))
          : List.of(
              Endpoint.of(
                  authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1))));
    } catch (NumberFormatException e) {
      return List.of();
    }
  }

  /** Those in use. */
  List<ClusterHandle> all() {
    return new ArrayList<>(handles.values());
  }
}
