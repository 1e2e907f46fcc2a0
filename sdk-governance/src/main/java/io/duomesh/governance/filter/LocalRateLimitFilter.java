package io.duomesh.governance.filter;

import io.duomesh.ClientInterceptor;
import io.duomesh.ServerInterceptor;
import io.duomesh.spi.FilterFactory;
import io.duomesh.traffic.LocalRateLimit;

/** Makes the limits that this process enforces on its own, on either side, as Envoy does. */
public final class LocalRateLimitFilter implements FilterFactory<LocalRateLimit> {
  @Override
  public Class<LocalRateLimit> config() {
    return LocalRateLimit.class;
  }

  @Override
  public ClientInterceptor client(LocalRateLimit config, Site site) {
    return new LocalRateLimiter(config, site.name(), System::nanoTime);
  }

  @Override
  public ServerInterceptor server(LocalRateLimit config, Site site) {
    return new LocalRateLimiter(config, site.name(), System::nanoTime);
  }
}
