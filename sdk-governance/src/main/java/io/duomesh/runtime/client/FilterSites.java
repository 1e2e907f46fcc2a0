package io.duomesh.runtime.client;

import io.duomesh.ClientInterceptor;
import io.duomesh.spi.FilterFactory;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's filters by where they stand. A filter whose configuration is equal in the next
 * snapshot is the same filter, with what it has counted. Asked when plans are made, never by a call
 * that has one.
 */
final class FilterSites {
  private final Map<String, Site> sites = new HashMap<>();

  private record Site(Object config, @Nullable ClientInterceptor filter) {}

  /**
   * The filter of a site; null where there is nothing to do or no factory reads the configuration.
   */
  synchronized @Nullable ClientInterceptor filter(String name, Object config) {
    Site known = sites.get(name);
    if (known != null && known.config().equals(config)) {
      return known.filter();
    }
    FilterFactory<Object> factory = FilterFactories.of(config);
    ClientInterceptor filter =
        factory == null ? null : factory.client(config, new FilterFactory.Site(name));
    sites.put(name, new Site(config, filter));
    return filter;
  }
}
