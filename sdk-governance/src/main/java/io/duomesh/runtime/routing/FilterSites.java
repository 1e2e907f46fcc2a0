package io.duomesh.runtime.routing;

import io.duomesh.ClientInterceptor;
import io.duomesh.governance.filter.FilterFactories;
import io.duomesh.spi.FilterFactory;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's filters of one snapshot by where they stand. A filter whose configuration is equal
 * in the next snapshot is the same filter, with what it has counted; one that a snapshot has no
 * place for is forgotten with it. Asked when plans are made, never by a call that has one.
 */
final class FilterSites {
  private final Map<String, Site> sites = new HashMap<>();
  private @Nullable FilterSites before;

  private record Site(Object config, @Nullable ClientInterceptor filter) {}

  /** Those of the next snapshot, which may not come into force. */
  FilterSites next() {
    FilterSites next = new FilterSites();
    next.before = this;
    return next;
  }

  /** The next snapshot stands: what it has not asked for until its own next one is gone. */
  synchronized void forgetEarlier() {
    before = null;
  }

  /**
   * The filter of a site; null where there is nothing to do or no factory reads the configuration.
   */
  synchronized @Nullable ClientInterceptor filter(String name, Object config) {
    Site site = known(name, config);
    if (site == null && before != null) {
      site = before.known(name, config);
    }
    if (site == null) {
      FilterFactory<Object> factory = FilterFactories.of(config);
      site =
          new Site(
              config,
              factory == null ? null : factory.client(config, new FilterFactory.Site(name)));
    }
    sites.put(name, site);
    return site.filter();
  }

  private synchronized @Nullable Site known(String name, Object config) {
    Site known = sites.get(name);
    return known != null && known.config().equals(config) ? known : null;
  }
}
