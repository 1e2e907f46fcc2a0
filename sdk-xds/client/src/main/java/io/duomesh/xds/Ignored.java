package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.duomesh.xds.proto.envoy.config.listener.v3.Filter;
import io.duomesh.xds.proto.envoy.config.listener.v3.FilterChain;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lists what an accepted resource says and an SDK does not do, for people. */
final class Ignored {
  private Ignored() {}

  static List<String> of(Message resource) {
    Set<String> ignored = new LinkedHashSet<>(SupportedFields.TABLE.ignored(resource));
    if (resource instanceof Listener listener) {
      List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
      if (listener.hasDefaultFilterChain()) {
        chains.add(listener.getDefaultFilterChain());
      }
      for (FilterChain chain : chains) {
        for (Filter filter : chain.getFiltersList()) {
          of(filter.getTypedConfig(), ignored);
        }
      }
      of(listener.getApiListener().getApiListener(), ignored);
    }
    return List.copyOf(ignored);
  }

  private static void of(Any config, Set<String> ignored) {
    if (!config.is(HttpConnectionManager.class)) {
      return;
    }
    try {
      HttpConnectionManager manager = config.unpack(HttpConnectionManager.class);
      SupportedFields.TABLE.ignored(manager).forEach(field -> ignored.add("http: " + field));
      for (HttpFilter filter : manager.getHttpFiltersList()) {
        if (!FilterParsers.INSTALLED.understands(filter)
            && !FilterParsers.effectiveType(filter.getTypedConfig()).endsWith(".Router")) {
          ignored.add("http filter " + filter.getName() + SupportedFields.TABLE.whyIgnored(filter));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      // The parser has refused the resource for it.
      ignored.add("http: " + e.getMessage());
    }
  }
}
