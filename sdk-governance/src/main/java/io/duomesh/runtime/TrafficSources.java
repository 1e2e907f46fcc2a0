package io.duomesh.runtime;

import io.duomesh.Settings;
import io.duomesh.spi.TrafficSource;
import io.duomesh.spi.TrafficSourceProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** What sources of configuration there are, by the schemes of targets. Immutable. */
final class TrafficSources {
  private final Settings settings;
  private final @Nullable InCodeSource inCode;
  private final String defaultScheme;
  private final Map<String, TrafficSourceProvider> providers = new HashMap<>();

  /**
   * The sources of the class path.
   *
   * @param setScheme scheme of bare targets; null for what the settings imply
   * @param inCode the configuration given in code; null where there is none
   */
  TrafficSources(Settings settings, @Nullable String setScheme, @Nullable InCodeSource inCode) {
    this.settings = settings;
    this.inCode = inCode;
    this.defaultScheme = setScheme != null ? setScheme : impliedScheme();
    for (TrafficSourceProvider provider :
        ServiceLoader.load(
            TrafficSourceProvider.class, TrafficSourceProvider.class.getClassLoader())) {
      TrafficSourceProvider other = providers.putIfAbsent(provider.scheme(), provider);
      if (other != null) {
        throw new IllegalStateException(
            "two traffic sources for scheme "
                + provider.scheme()
                + ": "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName());
      }
    }
  }

  private String impliedScheme() {
    if (inCode != null) {
      return InCodeSource.SCHEME;
    }
    boolean xds =
        settings.get("duomesh.xds.server") != null
            || settings.get("duomesh.xds.bootstrap") != null
            || settings.get("grpc.xds.bootstrap") != null; // GRPC_XDS_BOOTSTRAP, as gRPC has it
    return xds ? "xds" : "dns";
  }

  /** The scheme of bare targets. */
  String defaultScheme() {
    return defaultScheme;
  }

  /** Whether there is a source that says something even where no target is wanted. */
  boolean hasMain() {
    return inCode != null || defaultScheme.equals("xds");
  }

  /**
   * Checks that a scheme has a source.
   *
   * @throws IllegalArgumentException if it has none
   */
  void check(String scheme) {
    boolean code = scheme.equals(InCodeSource.SCHEME) && inCode != null;
    if (!code && !providers.containsKey(scheme)) {
      throw unknown(scheme);
    }
  }

  private IllegalArgumentException unknown(String scheme) {
    return new IllegalArgumentException(
        "target scheme: "
            + scheme
            + " (expected: inproc or one of "
            + providers.keySet()
            + (scheme.equals("xds") ? "; xds needs io.duomesh:duomesh-sdk-xds" : "")
            + ")");
  }

  /**
   * The source of a scheme, not started; to be asked for once.
   *
   * @throws IllegalArgumentException if it has none, or its settings are wrong
   */
  TrafficSource create(String scheme) {
    if (scheme.equals(InCodeSource.SCHEME) && inCode != null) {
      return inCode;
    }
    TrafficSourceProvider provider = providers.get(scheme);
    if (provider == null) {
      throw unknown(scheme);
    }
    return provider.create(settings);
  }
}
