package io.duomesh.cli;

import com.google.gson.JsonObject;
import io.duomesh.governance.route.Entrance;
import io.duomesh.governance.route.HeadNormalizer;
import io.duomesh.governance.route.RequestHead;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.WeightedCluster;
import io.duomesh.xds.XdsFile;
import io.duomesh.xds.XdsVerdict;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers where requests go under the resources of a file. */
final class RouteOracle {
  private final TrafficSnapshot snapshot;
  private final Map<String, String> refusedListeners = new HashMap<>();
  private final Map<String, Integer> refusedPorts;
  private final Map<String, String> refusedRoutes = new HashMap<>();
  private final Map<RouteConfiguration, RouteTable> tables = new IdentityHashMap<>();

  RouteOracle(XdsFile file) {
    snapshot = file.snapshot();
    refusedPorts = file.refusedPorts();
    for (XdsVerdict verdict : file.resources()) {
      if (verdict.outcome() == XdsVerdict.Outcome.REFUSED) {
        boolean listener = verdict.type().endsWith(".Listener");
        boolean routes = verdict.type().endsWith(".RouteConfiguration");
        if (listener || routes) {
          (listener ? refusedListeners : refusedRoutes).put(verdict.name(), verdict.reason());
        }
      }
    }
  }

  JsonObject answer(RouteRequest request) {
    boolean listens = !snapshot.listeners().isEmpty() || !refusedListeners.isEmpty();
    if (request.routeConfig() != null || !listens) {
      return byName(request, request, null, request.routeConfig());
    }
    Entrance entrance = entrance(request);
    if (entrance == null) {
      String why = refusal(request);
      return why != null ? RouteAnswer.rejected(why) : RouteAnswer.none("no listener takes it");
    }
    Listener.Action action = entrance.chain().action();
    String listener = entrance.listener().name();
    if (action instanceof Listener.TcpProxy proxy) {
      return RouteAnswer.tcp(listener, chosen(proxy, request.random()));
    }
    Listener.HttpRoutes routes = (Listener.HttpRoutes) action;
    HeadNormalizer.Outcome outcome =
        new HeadNormalizer(routes.head(), entrance.listener().port()).apply(request);
    if (outcome.status() != 0) {
      return RouteAnswer.stopped(listener, outcome);
    }
    return routes.inline() == null
        ? byName(request, outcome.head(), listener, routes.routeConfigurationName())
        : decide(request, outcome.head(), listener, routes.inline());
  }

  /** As a runtime finds it; a listener that stands alone takes what comes, whatever its address. */
  private @Nullable Entrance entrance(RouteRequest request) {
    List<Listener> candidates =
        snapshot.listeners().values().stream()
            .filter(listener -> request.port() == 0 || listener.port() == request.port())
            .toList();
    if (request.port() == 0) {
      boolean refused = refusedPorts.containsValue(Entrance.port(request.authority()));
      return candidates.size() == 1 && !refused
          ? Entrance.of(candidates.get(0))
          : Entrance.of(snapshot, request.authority());
    }
    Entrance found = Entrance.of(snapshot, request.authority(), request.port());
    return found == null && candidates.size() == 1 ? Entrance.of(candidates.get(0)) : found;
  }

  /** Why no listener could be asked, where one of those that were refused would have been it. */
  private @Nullable String refusal(RouteRequest request) {
    int asked = request.port() != 0 ? request.port() : Entrance.port(request.authority());
    for (Map.Entry<String, String> refused : refusedListeners.entrySet()) {
      boolean only = refusedListeners.size() == 1 && snapshot.listeners().isEmpty();
      int port = refusedPorts.getOrDefault(refused.getKey(), 0);
      if (only || (port != 0 && port == asked)) {
        return "listener " + refused.getKey() + ": " + refused.getValue();
      }
    }
    return null;
  }

  private JsonObject byName(
      RouteRequest request, RequestHead head, @Nullable String listener, @Nullable String named) {
    String name = named == null ? onlyTable() : named;
    if (name == null) {
      boolean none = snapshot.routeConfigurations().isEmpty() && refusedRoutes.isEmpty();
      return RouteAnswer.none(
          none
              ? "the file holds no route configuration"
              : "routeConfig is needed: the file holds several");
    }
    String refused = refusedRoutes.get(name);
    if (refused != null) {
      return RouteAnswer.rejected("route configuration " + name + ": " + refused);
    }
    RouteConfiguration table = snapshot.routeConfigurations().get(name);
    return table == null
        ? RouteAnswer.none("route configuration " + name + " is not in the file")
        : decide(request, head, listener, table);
  }

  private @Nullable String onlyTable() {
    List<String> names =
        java.util.stream.Stream.concat(
                snapshot.routeConfigurations().keySet().stream(), refusedRoutes.keySet().stream())
            .distinct()
            .toList();
    return names.size() == 1 ? names.get(0) : null;
  }

  private JsonObject decide(
      RouteRequest request,
      RequestHead head,
      @Nullable String listener,
      RouteConfiguration configuration) {
    if (head.path().indexOf('#') >= 0) {
      return RouteAnswer.stopped(listener, new HeadNormalizer.Outcome(head, 400));
    }
    try {
      RouteTable table = tables.computeIfAbsent(configuration, RouteTable::compile);
      return RouteAnswer.of(listener, table, request, head);
    } catch (IllegalArgumentException e) {
      return RouteAnswer.rejected(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String chosen(Listener.TcpProxy proxy, long random) {
    long sum = proxy.clusters().stream().mapToLong(WeightedCluster::weight).sum();
    long at = sum == 0 ? 0 : Long.remainderUnsigned(random, sum);
    for (WeightedCluster cluster : proxy.clusters()) {
      at -= cluster.weight();
      if (at < 0) {
        return cluster.name();
      }
    }
    return null;
  }
}
