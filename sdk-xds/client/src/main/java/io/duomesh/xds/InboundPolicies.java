package io.duomesh.xds;

import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.RouteConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the inbound listeners of a node together to what the servers of this process apply: by port,
 * the filters of the first chain that routes plaintext calls. Used once.
 */
final class InboundPolicies {
  private final Function<String, @Nullable RouteConfiguration> tables;
  private final Map<Integer, InboundPolicy> ports = new HashMap<>();
  private @Nullable InboundPolicy rest;
  private boolean intercepted;

  /**
   * Policies.
   *
   * @param tables route tables by name; null for one that is not there
   */
  InboundPolicies(Function<String, @Nullable RouteConfiguration> tables) {
    this.tables = tables;
  }

  /**
   * The listener that sidecars intercept inbound calls with: its chains say which port they are
   * for. Istio names the one that matters virtualInbound; of several the first stands.
   */
  void intercepting(Listener listener) {
    if (intercepted) {
      return;
    }
    intercepted = true;
    for (Listener.FilterChain chain : chains(listener)) {
      InboundPolicy policy = policy(chain);
      if (policy != null && chain.match().destinationPort() != 0) {
        ports.putIfAbsent(chain.match().destinationPort(), policy);
      } else if (rest == null) {
        rest = policy;
      }
    }
  }

  /** A server's own listener: all its chains are for the port that it listens on. */
  void own(Listener listener) {
    InboundPolicy first = null;
    for (Listener.FilterChain chain : chains(listener)) {
      int port = chain.match().destinationPort();
      if (first == null && (port == 0 || port == listener.port())) {
        first = policy(chain);
      }
    }
    ports.put(listener.port(), first == null ? InboundPolicy.TRUSTING : first);
  }

  /** A server whose listener is not there: nothing is asked of it. */
  void missing(int port) {
    ports.putIfAbsent(port, InboundPolicy.TRUSTING);
  }

  /** The whole; null where there is no inbound listener at all. */
  @Nullable InboundPolicy policy() {
    if (!intercepted && ports.isEmpty()) {
      return null;
    }
    InboundPolicy others = rest == null ? InboundPolicy.TRUSTING : rest;
    return new InboundPolicy(others.filters(), others.routes(), ports);
  }

  private @Nullable InboundPolicy policy(Listener.FilterChain chain) {
    if (!(chain.action() instanceof Listener.HttpRoutes routes)
        || chain.match().transportProtocol().equals("tls")) {
      return null;
    }
    String named = routes.routeConfigurationName();
    return new InboundPolicy(
        routes.filters(), named == null ? routes.inline() : tables.apply(named));
  }

  private static List<Listener.FilterChain> chains(Listener listener) {
    List<Listener.FilterChain> chains = new ArrayList<>(listener.chains());
    if (listener.defaultChain() != null) {
      chains.add(listener.defaultChain());
    }
    return chains;
  }
}
