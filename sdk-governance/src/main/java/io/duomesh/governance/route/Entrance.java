package io.duomesh.governance.route;

import io.duomesh.traffic.Listener;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.WeightedCluster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of a target enter a configuration. An API listener is found by its name. Among a
 * sidecar's listeners, interception would choose by address: that of the target's IP, else the one
 * whose routes or clusters are the target's own, else the one that takes every address on its port.
 *
 * @param listener the listener
 * @param chain its chain for a plaintext call
 */
public record Entrance(Listener listener, Listener.FilterChain chain) {
  private static final int DEFAULT_PORT = 80;

  /** The entrance of {@code host[:port]}, port 80 where none is said; null for none. */
  public static @Nullable Entrance of(TrafficSnapshot snapshot, String authority) {
    return of(snapshot, authority, port(authority));
  }

  /** The entrance of an authority that is called on a port, which need not be its own; or null. */
  public static @Nullable Entrance of(TrafficSnapshot snapshot, String authority, int port) {
    Listener api = snapshot.listeners().get(authority);
    if (api != null && api.address() == null) {
      return of(api);
    }
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    List<Listener> onPort = new ArrayList<>();
    for (Listener listener : snapshot.listeners().values()) {
      if (listener.address() != null && listener.port() == port) {
        onPort.add(listener);
      }
    }
    Entrance found = at(host, host, port, onPort);
    if (found == null) {
      found = ofService(host.toLowerCase(Locale.ROOT), port, onPort);
    }
    for (String any : List.of("0.0.0.0", "::", "127.0.0.1")) {
      found = found == null ? at(any, host, port, onPort) : found;
    }
    return found == null ? redirected(snapshot, host, port) : found;
  }

  /** A listener to which other ports are redirected, where one of its chains names the port. */
  private static @Nullable Entrance redirected(TrafficSnapshot snapshot, String host, int port) {
    for (Listener listener : snapshot.listeners().values()) {
      for (Listener.FilterChain chain : listener.chains()) {
        if (listener.address() != null && chain.match().destinationPort() == port) {
          return of(listener, host, port);
        }
      }
    }
    return null;
  }

  /** The chain of a listener that takes a plaintext call, by preference one with routes. */
  public static @Nullable Entrance of(Listener listener) {
    return of(listener, "", listener.port());
  }

  /**
   * The same for a destination, by Envoy's order: the port first, then the longest range of
   * addresses. A name may stand for an address of any range.
   */
  private static @Nullable Entrance of(Listener listener, String host, int port) {
    Listener.FilterChain best = null;
    int bestRank = -1;
    for (Listener.FilterChain chain : listener.chains()) {
      int rank = takesPlaintext(chain.match()) ? rank(chain.match(), host, port) : -1;
      boolean routes = chain.action() instanceof Listener.HttpRoutes;
      boolean better =
          rank > bestRank
              || (rank == bestRank
                  && rank >= 0
                  && routes
                  && !(best != null && best.action() instanceof Listener.HttpRoutes));
      if (better) {
        best = chain;
        bestRank = rank;
      }
    }
    Listener.FilterChain chosen = best != null ? best : listener.defaultChain();
    return chosen == null ? null : new Entrance(listener, chosen);
  }

  /** How exactly a chain names a destination; -1 where it names another. */
  private static int rank(Listener.Match match, String host, int port) {
    if (match.destinationPort() != 0 && match.destinationPort() != port) {
      return -1;
    }
    int ranged = 0;
    if (!match.prefixRanges().isEmpty() && Cidr.isAddress(host)) {
      ranged = -1;
      for (String range : match.prefixRanges()) {
        Cidr cidr = Cidr.parse(range);
        ranged = cidr.contains(host) ? Math.max(ranged, cidr.length() + 1) : ranged;
      }
      if (ranged < 0) {
        return -1;
      }
    }
    return ranged + (match.destinationPort() != 0 ? 1_000 : 0);
  }

  /** The port of {@code host[:port]}, 80 where none is said. */
  public static int port(String authority) {
    int colon = authority.lastIndexOf(':');
    try {
      return colon < 0 ? DEFAULT_PORT : Integer.parseInt(authority.substring(colon + 1));
    } catch (NumberFormatException e) {
      return DEFAULT_PORT; // a service name with a colon in it: no port is said
    }
  }

  private static @Nullable Entrance at(
      String address, String host, int port, List<Listener> onPort) {
    for (Listener listener : onPort) {
      if (address.equals(listener.address())) {
        return of(listener, host, port);
      }
    }
    return null;
  }

  /** By the service's name, or by a short form of it that no other service on the port has. */
  private static @Nullable Entrance ofService(String host, int port, List<Listener> onPort) {
    Entrance shortened = null;
    boolean several = false;
    for (Listener listener : onPort) {
      Entrance entrance = of(listener);
      for (String service : entrance == null ? List.<String>of() : entrance.services(port)) {
        if (service.equals(host)) {
          return entrance;
        }
        if (service.startsWith(host + ".")) {
          several |= shortened != null && !shortened.listener().equals(listener);
          shortened = entrance;
        }
      }
    }
    return several ? null : shortened;
  }

  /**
   * Whom the chain serves alone: those that the listener's address stands for, where that is known;
   * else Istio names sniffed ports' routes, and clusters, by them.
   */
  private Collection<String> services(int port) {
    if (!listener.hosts().isEmpty()) {
      return listener.hosts();
    }
    List<String> services = new ArrayList<>();
    if (chain.action() instanceof Listener.HttpRoutes routes) {
      String name = routes.routeConfigurationName();
      if (name != null && name.endsWith(":" + port)) {
        services.add(name.substring(0, name.lastIndexOf(':')).toLowerCase(Locale.ROOT));
      }
    } else if (chain.action() instanceof Listener.TcpProxy proxy) {
      for (WeightedCluster cluster : proxy.clusters()) {
        String name = cluster.name();
        if (name != null && name.startsWith("outbound|" + port + "|")) {
          services.add(name.substring(name.lastIndexOf('|') + 1).toLowerCase(Locale.ROOT));
        }
      }
    }
    return services;
  }

  private static boolean takesPlaintext(Listener.Match match) {
    return match.serverNames().isEmpty()
        && (match.transportProtocol().isEmpty() || match.transportProtocol().equals("raw_buffer"))
        && (match.applicationProtocols().isEmpty()
            || match.applicationProtocols().contains("h2c")
            || match.applicationProtocols().contains("http/1.1"));
  }
}
