package io.duomesh.runtime.server;

import io.duomesh.ServerInterceptor;
import io.duomesh.governance.filter.FilterFactories;
import io.duomesh.governance.route.RouteChoice;
import io.duomesh.governance.route.RouteTable;
import io.duomesh.spi.FilterFactory;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.InboundPolicy;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.VirtualHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the gate of an inbound policy. Filters whose configuration is equal stay, with what they
 * have counted. Guarded by its owner.
 */
public final class InboundFilters {
  private static final Logger log = LoggerFactory.getLogger(InboundFilters.class);

  private Map<String, Site> sites = new HashMap<>();

  private record Site(Object config, @Nullable ServerInterceptor filter) {}

  /** The gate of a policy. */
  public InboundGate compile(InboundPolicy policy) {
    Map<String, Site> next = new HashMap<>();
    RouteTable table = policy.filters().isEmpty() ? null : table(policy.routes());
    InboundGate gate =
        table == null
            ? gate(filters(policy, null, next))
            : gate(table, table.choices().stream().map(c -> filters(policy, c, next)).toList());
    sites = next;
    return gate;
  }

  private static @Nullable RouteTable table(@Nullable RouteConfiguration routes) {
    try {
      return routes == null ? null : RouteTable.compile(routes);
    } catch (IllegalArgumentException e) {
      log.warn("inbound filters are the same for all routes: {}", e.getMessage());
      return null;
    }
  }

  private List<ServerInterceptor> filters(
      InboundPolicy policy, @Nullable RouteChoice choice, Map<String, Site> next) {
    List<ServerInterceptor> filters = new ArrayList<>();
    for (FilterSpec spec : policy.filters()) {
      Object own = choice == null ? null : choice.filterConfig(spec.name());
      if (own instanceof FilterSpec.Disabled || (own == null && spec.disabled())) {
        continue;
      }
      String site = own == null || choice == null ? "" : level(choice, spec.name());
      ServerInterceptor filter =
          site("inbound/" + site + spec.name(), own == null ? spec.config() : own, next);
      if (filter != null) {
        filters.add(filter);
      }
    }
    return List.copyOf(filters);
  }

  /** The host or the route that configures a filter: its state belongs there. */
  private static String level(RouteChoice choice, String filter) {
    VirtualHost host = Objects.requireNonNull(choice.virtualHost()); // else nothing is configured
    boolean ofRoute = choice.route() != null && choice.route().filterConfigs().containsKey(filter);
    return host.name() + "/" + (ofRoute ? host.routes().indexOf(choice.route()) + "/" : "");
  }

  private @Nullable ServerInterceptor site(String name, Object config, Map<String, Site> next) {
    Site site = next.get(name);
    if (site == null) {
      site = sites.get(name);
      if (site == null || !site.config().equals(config)) {
        site = new Site(config, filter(name, config));
      }
      next.put(name, site);
    }
    return site.filter();
  }

  private static @Nullable ServerInterceptor filter(String name, Object config) {
    FilterFactory<Object> factory = FilterFactories.of(config);
    return factory == null ? null : factory.server(config, new FilterFactory.Site(name));
  }

  private static InboundGate gate(List<ServerInterceptor> filters) {
    return filters.isEmpty()
        ? InboundGate.OPEN
        : (stream, service) -> ask(filters, new GateCall(stream, service));
  }

  private static InboundGate gate(RouteTable table, List<List<ServerInterceptor>> byChoice) {
    if (byChoice.stream().allMatch(List::isEmpty)) {
      return InboundGate.OPEN;
    }
    return (stream, service) -> {
      GateCall call = new GateCall(stream, service);
      RouteChoice choice =
          table.route(new InboundHead(call), ThreadLocalRandom.current().nextLong());
      return ask(byChoice.get(choice.id()), call);
    };
  }

  private static InboundGate.@Nullable Verdict ask(List<ServerInterceptor> filters, GateCall call) {
    for (ServerInterceptor filter : filters) {
      filter.intercept(call, GateCall.PASS);
      if (call.isRefused()) {
        break;
      }
    }
    return call.verdict();
  }
}
