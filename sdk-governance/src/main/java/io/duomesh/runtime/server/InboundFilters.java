package io.duomesh.runtime.server;

import io.duomesh.ServerInterceptor;
import io.duomesh.Status;
import io.duomesh.runtime.client.FilterFactories;
import io.duomesh.spi.FilterFactory;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.InboundPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the gate of an inbound policy. Filters whose configuration is equal stay, with what they
 * have counted. Control thread only.
 */
public final class InboundFilters {
  private Map<String, Site> sites = new HashMap<>();

  private record Site(Object config, @Nullable ServerInterceptor filter) {}

  /** The gate of a policy. */
  public synchronized InboundGate compile(InboundPolicy policy) {
    Map<String, Site> next = new HashMap<>();
    List<ServerInterceptor> filters = new ArrayList<>();
    for (FilterSpec spec : policy.filters()) {
      String name = "inbound/" + spec.name();
      if (spec.disabled()) {
        continue;
      }
      Site site = sites.get(name);
      if (site == null || !site.config().equals(spec.config())) {
        site = new Site(spec.config(), filter(name, spec.config()));
      }
      next.put(name, site);
      if (site.filter() != null) {
        filters.add(site.filter());
      }
    }
    sites = next;
    return filters.isEmpty() ? InboundGate.OPEN : gate(List.copyOf(filters));
  }

  private static @Nullable ServerInterceptor filter(String name, Object config) {
    FilterFactory<Object> factory = FilterFactories.of(config);
    return factory == null ? null : factory.server(config, new FilterFactory.Site(name));
  }

  private static InboundGate gate(List<ServerInterceptor> filters) {
    return (stream, service) -> {
      GateCall call = new GateCall(stream, service);
      for (ServerInterceptor filter : filters) {
        filter.intercept(call, GateCall.PASS);
        Status refused = call.refused();
        if (refused != null) {
          return refused;
        }
      }
      return null;
    };
  }
}
