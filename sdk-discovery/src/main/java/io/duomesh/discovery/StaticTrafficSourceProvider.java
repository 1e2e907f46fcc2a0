package io.duomesh.discovery;

import io.duomesh.Settings;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Targets of written-down endpoints: {@code static://host:port,host:port}, or {@code
 * static:///service} with a list in {@code duomesh.static.<service>} or in the file {@code
 * duomesh.static.file}.
 */
public final class StaticTrafficSourceProvider implements TrafficSourceProvider {
  private static final Logger log = LoggerFactory.getLogger(StaticTrafficSource.class);

  @Override
  public String scheme() {
    return "static";
  }

  @Override
  public TrafficSource create(Settings settings) {
    return new StaticTrafficSource(new StaticLists(settings), log::warn);
  }
}
