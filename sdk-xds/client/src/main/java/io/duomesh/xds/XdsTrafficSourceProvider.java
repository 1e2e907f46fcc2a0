package io.duomesh.xds;

import io.duomesh.Settings;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;

/** The traffic source of the scheme {@code xds}; its settings are those of {@link XdsBootstrap}. */
public final class XdsTrafficSourceProvider implements TrafficSourceProvider {
  /** For the service loader. */
  public XdsTrafficSourceProvider() {}

  @Override
  public String scheme() {
    return "xds";
  }

  @Override
  public TrafficSource create(Settings settings) {
    return new XdsTrafficSource(XdsBootstrap.of(settings));
  }
}
