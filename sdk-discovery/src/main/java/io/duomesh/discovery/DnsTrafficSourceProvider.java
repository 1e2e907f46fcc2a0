package io.duomesh.discovery;

import io.duomesh.Settings;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Targets that DNS resolves: {@code dns:///host:port}, asked again every {@code
 * duomesh.dns.refresh} (default 30 s), each time within {@code duomesh.dns.timeout} (default 5 s).
 * A target with a list in {@code duomesh.static.<target>} or in {@code duomesh.static.file} is
 * taken from there.
 */
public final class DnsTrafficSourceProvider implements TrafficSourceProvider {
  private static final Logger log = LoggerFactory.getLogger(DnsTrafficSource.class);
  private static final Duration REFRESH = Duration.ofSeconds(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Override
  public String scheme() {
    return "dns";
  }

  @Override
  public TrafficSource create(Settings settings) {
    return new DnsTrafficSource(
        new StaticLists(settings),
        Resolver.SYSTEM,
        settings.duration("duomesh.dns.refresh", REFRESH),
        settings.duration("duomesh.dns.timeout", TIMEOUT),
        log::warn);
  }
}
