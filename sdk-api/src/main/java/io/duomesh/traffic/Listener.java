package io.duomesh.traffic;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where calls to a target enter the configuration.
 *
 * @param name the resource's name; for an API listener, the target's name
 * @param address the address it would listen on ({@code host}), or null for an API listener
 * @param port its port, 0 where there is no address
 * @param chains filter chains in order; the first that matches is taken
 * @param defaultChain taken where no chain matches; null for none
 * @param hosts the services, in lower case, that its address stands for, as far as that is known;
 *     found by these names first
 */
public record Listener(
    String name,
    @Nullable String address,
    int port,
    List<FilterChain> chains,
    @Nullable FilterChain defaultChain,
    Set<String> hosts) {

  /**
   * Copies the list and the set.
   *
   * @throws IllegalArgumentException if the port is none
   */
  public Listener {
    Checks.range("listener port", port, 0, 65_535);
    chains = List.copyOf(chains);
    hosts = Set.copyOf(hosts);
  }

  /** A listener of whose address nothing is known. */
  public Listener(
      String name,
      @Nullable String address,
      int port,
      List<FilterChain> chains,
      @Nullable FilterChain defaultChain) {
    this(name, address, port, chains, defaultChain, Set.of());
  }

  /** The same for certain services. */
  public Listener withHosts(Set<String> newHosts) {
    return new Listener(name, address, port, chains, defaultChain, newHosts);
  }

  /** An API listener: one chain of routes, reached by its name. */
  public static Listener api(String name, HttpRoutes routes) {
    return new Listener(name, null, 0, List.of(), new FilterChain(name, Match.ANY, routes));
  }

  /**
   * A chain and what it takes.
   *
   * @param name for diagnostics; may be empty
   * @param match what it takes
   * @param action where its calls go
   */
  public record FilterChain(String name, Match match, Action action) {}

  /**
   * What a chain takes, as far as an outbound plaintext call can tell the difference.
   *
   * @param destinationPort 0 for any
   * @param prefixRanges destination CIDRs, empty for any
   * @param serverNames SNI names, empty for any
   * @param transportProtocol {@code raw_buffer}, {@code tls}, or empty for any
   * @param applicationProtocols ALPN names, empty for any
   */
  public record Match(
      int destinationPort,
      List<String> prefixRanges,
      List<String> serverNames,
      String transportProtocol,
      List<String> applicationProtocols) {
    /** Takes everything. */
    public static final Match ANY = new Match(0, List.of(), List.of(), "", List.of());

    /** Copies the lists. */
    public Match {
      prefixRanges = List.copyOf(prefixRanges);
      serverNames = List.copyOf(serverNames);
      applicationProtocols = List.copyOf(applicationProtocols);
    }
  }

  /** Where the calls of a chain go. */
  public sealed interface Action permits HttpRoutes, TcpProxy {}

  /**
   * Calls are routed one by one.
   *
   * @param routeConfigurationName name in {@link TrafficSnapshot#routeConfigurations()}; null where
   *     {@code inline} is given
   * @param inline the routes themselves; null where they are named
   * @param filters what calls pass before they are routed, in order, the router itself left out
   * @param head what happens to a request before that
   */
  public record HttpRoutes(
      @Nullable String routeConfigurationName,
      @Nullable RouteConfiguration inline,
      List<FilterSpec> filters,
      HeadRules head)
      implements Action {
    /** Copies the list. */
    public HttpRoutes {
      filters = List.copyOf(filters);
    }

    /** Requests are routed as they come. */
    public HttpRoutes(
        @Nullable String routeConfigurationName,
        @Nullable RouteConfiguration inline,
        List<FilterSpec> filters) {
      this(routeConfigurationName, inline, filters, HeadRules.NONE);
    }

    /** Routes by name, without filters. */
    public static HttpRoutes named(String routeConfigurationName) {
      return new HttpRoutes(routeConfigurationName, null, List.of());
    }

    /** Routes in place, without filters. */
    public static HttpRoutes of(RouteConfiguration inline) {
      return new HttpRoutes(null, inline, List.of());
    }
  }

  /**
   * Whole connections go to a cluster.
   *
   * @param clusters one, or several by weight
   */
  public record TcpProxy(List<WeightedCluster> clusters) implements Action {
    /** Copies the list. */
    public TcpProxy {
      clusters = List.copyOf(clusters);
    }
  }
}
