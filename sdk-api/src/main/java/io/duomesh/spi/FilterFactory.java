package io.duomesh.spi;

import io.duomesh.ClientInterceptor;
import io.duomesh.ServerInterceptor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the filters of one kind of configuration. Found by {@link java.util.ServiceLoader}, by the
 * class of the configuration; two for one class are an error.
 *
 * @param <C> the configuration it reads: immutable, with {@code equals}
 */
public interface FilterFactory<C> {
  /** The configuration it reads. */
  Class<C> config();

  /**
   * A filter for outbound calls, made once per site and kept while its configuration is equal.
   *
   * @return null where it has nothing to do on this side
   */
  @Nullable ClientInterceptor client(C config, Site site);

  /**
   * A filter for inbound calls, made once per site and kept while its configuration is equal.
   *
   * @return null where it has nothing to do on this side
   */
  @Nullable ServerInterceptor server(C config, Site site);

  /**
   * Where a filter stands, which owns its state.
   *
   * @param name path of the site, such as {@code listener/host/route/filter}
   */
  record Site(String name) {}
}
