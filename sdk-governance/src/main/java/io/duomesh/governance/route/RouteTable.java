package io.duomesh.governance.route;

import com.google.re2j.PatternSyntaxException;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RouteConfiguration} made ready to decide, as Envoy 1.40 does. Immutable; for any number
 * of threads.
 *
 * <p>Deciding is split so that what a method always brings (authority and path) is done once:
 *
 * <pre>{@code
 * Candidates candidates = table.candidates(authority, path); // kept by the caller, per method
 * RouteChoice choice = candidates.match(head, random);       // no allocation
 * }</pre>
 */
public final class RouteTable {
  private final RouteConfiguration configuration;
  private final DomainIndex<CompiledHost> domains = new DomainIndex<>();
  private final List<RouteChoice> choices;
  private final RouteChoice noHost;

  private RouteTable(RouteConfiguration configuration) {
    this.configuration = configuration;
    Compiler compiler = new Compiler(configuration);
    noHost = compiler.noHost();
    for (VirtualHost host : configuration.virtualHosts()) {
      CompiledHost compiled = compiler.host(host);
      host.domains().forEach(domain -> domains.add(domain, compiled));
    }
    choices = List.copyOf(compiler.choices());
  }

  /**
   * Makes a configuration ready.
   *
   * @throws IllegalArgumentException saying why Envoy would refuse it
   */
  public static RouteTable compile(RouteConfiguration configuration) {
    try {
      return new RouteTable(configuration);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "route configuration " + configuration.name() + ": " + e.getMessage(), e);
    }
  }

  /** What it was made of. */
  public RouteConfiguration configuration() {
    return configuration;
  }

  /** The number of choices, whose ids are 0 and up. */
  public int size() {
    return choices.size();
  }

  /** Every choice that a request may meet, by id. */
  public List<RouteChoice> choices() {
    return choices;
  }

  /**
   * What remains to be tried for requests of an authority and a path: keep it as long as the table.
   *
   * @param authority {@code host[:port]}
   * @param path the path, with a query if there is one
   */
  public Candidates candidates(String authority, String path) {
    return Candidates.of(this, authority, path);
  }

  /**
   * Decides about one request.
   *
   * @param random unsigned; used for shares of requests and for weights
   */
  public RouteChoice route(RequestHead head, long random) {
    RequestHead visible = visible(head);
    CompiledHost host = host(visible);
    if (host == null) {
      return noHost;
    }
    if (host.refusesPlaintext(visible)) {
      return host.httpsRedirect();
    }
    return host.choose(host.routes().routes(visible), visible, random);
  }

  /** The matches tried for a request, in order, and what each said. */
  public List<String> explain(RequestHead head, long random) {
    RequestHead visible = visible(head);
    List<String> why = new ArrayList<>();
    String named = configuration.vhostHeader() == null ? "authority " : "virtual host header ";
    String name = hostName(visible);
    CompiledHost host = host(visible);
    if (host == null) {
      why.add(named + name + ": no virtual host of " + configuration.name() + " has it");
      return why;
    }
    why.add(named + name + ": virtual host " + host.host().name());
    if (host.refusesPlaintext(visible)) {
      why.add("virtual host " + host.host().name() + " requires TLS: redirected");
      return why;
    }
    host.explain(visible, random, why);
    return why;
  }

  /**
   * The request as routes, and what they make of it, go by: repeated lines joined where HTTP knows
   * only one ({@code user-agent}, {@code content-type} …), as a sidecar reads it off the wire, and
   * without headers that the configuration keeps for itself.
   *
   * @return the head itself where that changes nothing
   */
  public RequestHead received(RequestHead head) {
    return visible(HeaderList.joins(head) ? new HeaderList(head) : head);
  }

  /** The request without headers that the configuration keeps for itself. */
  private RequestHead visible(RequestHead head) {
    HeaderList stripped = null;
    List<String> hidden = configuration.internalOnlyHeaders();
    for (int i = 0; i < hidden.size(); i++) { // no iterator: this is every call's way
      String name = hidden.get(i).toLowerCase(Locale.ROOT);
      if (head.header(name) != null) {
        stripped = stripped == null ? new HeaderList(head) : stripped;
        stripped.remove(name);
      }
    }
    return stripped == null ? head : stripped;
  }

  /** Whether the host depends on more than the authority, or headers are hidden. */
  boolean dependsOnHeaders() {
    return configuration.vhostHeader() != null || !configuration.internalOnlyHeaders().isEmpty();
  }

  RouteChoice noHost() {
    return noHost;
  }

  @Nullable CompiledHost host(String name) {
    return domains.find(configuration.ignorePortInHostMatching() ? withoutPort(name) : name);
  }

  /** Without a name only the host of a table that has no other domain than {@code *}. */
  private @Nullable CompiledHost host(RequestHead head) {
    String name = hostName(head);
    return name == null ? domains.only() : host(name);
  }

  private @Nullable String hostName(RequestHead head) {
    String header = configuration.vhostHeader();
    return head.header(header == null ? ":authority" : header.toLowerCase(Locale.ROOT));
  }

  private static String withoutPort(String authority) {
    int colon = authority.lastIndexOf(':');
    int bracket = authority.lastIndexOf(']');
    if (colon < 0 || colon < bracket) {
      return authority;
    }
    return authority.substring(0, colon);
  }
}
