package io.duomesh.cli;

import io.duomesh.traffic.Listener;
import io.duomesh.traffic.TrafficSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listener and the chain that a plaintext request enters. */
record ListenerChoice(Listener listener, Listener.FilterChain chain) {

  static @Nullable ListenerChoice of(TrafficSnapshot snapshot, RouteRequest request) {
    Listener api = snapshot.listeners().get(request.authority());
    if (api != null && api.address() == null) {
      return of(api);
    }
    List<Listener> all = List.copyOf(snapshot.listeners().values());
    if (all.size() == 1 && request.port() == 0) {
      return of(all.get(0));
    }
    int colon = request.authority().lastIndexOf(':');
    String host = colon < 0 ? request.authority() : request.authority().substring(0, colon);
    List<Listener> onPort = all.stream().filter(l -> l.port() == request.port()).toList();
    for (String address : List.of(host, "0.0.0.0", "::", "127.0.0.1")) {
      for (Listener listener : onPort) {
        if (address.equals(listener.address())) {
          return of(listener);
        }
      }
    }
    return onPort.size() == 1 ? of(onPort.get(0)) : null;
  }

  private static @Nullable ListenerChoice of(Listener listener) {
    Listener.FilterChain first = null;
    for (Listener.FilterChain chain : listener.chains()) {
      if (takesPlaintext(chain.match())) {
        if (chain.action() instanceof Listener.HttpRoutes) {
          return new ListenerChoice(listener, chain);
        }
        first = first == null ? chain : first;
      }
    }
    Listener.FilterChain chosen = first != null ? first : listener.defaultChain();
    return chosen == null ? null : new ListenerChoice(listener, chosen);
  }

  private static boolean takesPlaintext(Listener.Match match) {
    return match.serverNames().isEmpty()
        && (match.transportProtocol().isEmpty() || match.transportProtocol().equals("raw_buffer"))
        && (match.applicationProtocols().isEmpty()
            || match.applicationProtocols().contains("h2c")
            || match.applicationProtocols().contains("http/1.1"));
  }
}
