package io.duomesh.runtime.client;

import io.duomesh.traffic.Listener;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of a target enter a configuration. An API listener is found by its name. Among a
 * sidecar's listeners, interception would choose by address: that of the target's IP, else the one
 * whose routes or cluster are the target's own, else the one that takes every address on its port.
 *
 * @param listener the listener
 * @param chain its chain for a plaintext call
 */
record TargetListener(Listener listener, Listener.FilterChain chain) {

  /** The entrance of a target, or null. */
  static @Nullable TargetListener find(TrafficSnapshot snapshot, String authority) {
    Listener api = snapshot.listeners().get(authority);
    if (api != null && api.address() == null) {
      return of(api);
    }
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    int port = port(authority, colon);
    List<Listener> onPort = new ArrayList<>();
    for (Listener listener : snapshot.listeners().values()) {
      if (listener.address() != null && listener.port() == port) {
        onPort.add(listener);
      }
    }
    for (Listener listener : onPort) {
      if (host.equals(listener.address())) {
        return of(listener);
      }
    }
    for (Listener listener : onPort) {
      TargetListener own = of(listener);
      if (own != null && own.isOf(host.toLowerCase(Locale.ROOT), port)) {
        return own;
      }
    }
    for (String any : List.of("0.0.0.0", "::", "127.0.0.1")) {
      for (Listener listener : onPort) {
        if (any.equals(listener.address())) {
          return of(listener);
        }
      }
    }
    return null;
  }

  private static int port(String authority, int colon) {
    try {
      return colon < 0 ? 80 : Integer.parseInt(authority.substring(colon + 1));
    } catch (NumberFormatException e) {
      return 80; // a service name with a colon in it: no port is said
    }
  }

  /** Whether the listener serves that one service: Istio names sniffed ports' routes by it. */
  private boolean isOf(String host, int port) {
    if (chain.action() instanceof Listener.HttpRoutes routes) {
      String name = routes.routeConfigurationName();
      return name != null && isService(name, host, port);
    }
    if (chain.action() instanceof Listener.TcpProxy proxy && !proxy.clusters().isEmpty()) {
      String cluster = proxy.clusters().get(0).name();
      return cluster != null && cluster.endsWith("|" + host) && cluster.contains("|" + port + "|");
    }
    return false;
  }

  private static boolean isService(String name, String host, int port) {
    String service = name.toLowerCase(Locale.ROOT);
    return service.equals(host + ":" + port)
        || (service.startsWith(host + ".") && service.endsWith(":" + port));
  }

  private static @Nullable TargetListener of(Listener listener) {
    Listener.FilterChain tcp = null;
    for (Listener.FilterChain chain : listener.chains()) {
      if (takesPlaintext(chain.match())) {
        if (chain.action() instanceof Listener.HttpRoutes) {
          return new TargetListener(listener, chain);
        }
        tcp = tcp == null ? chain : tcp;
      }
    }
    Listener.FilterChain chosen = tcp != null ? tcp : listener.defaultChain();
    return chosen == null ? null : new TargetListener(listener, chosen);
  }

  private static boolean takesPlaintext(Listener.Match match) {
    return match.serverNames().isEmpty()
        && (match.transportProtocol().isEmpty() || match.transportProtocol().equals("raw_buffer"))
        && (match.applicationProtocols().isEmpty()
            || match.applicationProtocols().contains("h2c")
            || match.applicationProtocols().contains("http/1.1"));
  }
}
