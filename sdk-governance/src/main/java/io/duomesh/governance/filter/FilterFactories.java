package io.duomesh.governance.filter;

import io.duomesh.spi.FilterFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The filter factories on the class path, by the configuration that they read. */
public final class FilterFactories {
  private static final Map<Class<?>, FilterFactory<?>> BY_CONFIG = load();

  private FilterFactories() {}

  private static Map<Class<?>, FilterFactory<?>> load() {
    Map<Class<?>, FilterFactory<?>> factories = new HashMap<>();
    for (FilterFactory<?> factory :
        ServiceLoader.load(FilterFactory.class, FilterFactories.class.getClassLoader())) {
      FilterFactory<?> other = factories.putIfAbsent(factory.config(), factory);
      if (other != null) {
        throw new IllegalStateException(
            "two filters for "
                + factory.config().getName()
                + ": "
                + other.getClass().getName()
                + " and "
                + factory.getClass().getName());
      }
    }
    return Map.copyOf(factories);
  }

  /** The factory of a configuration, or null. */
  @SuppressWarnings("unchecked") // a factory is registered under the class that it reads
  public static @Nullable FilterFactory<Object> of(Object config) {
    return (FilterFactory<Object>) BY_CONFIG.get(config.getClass());
  }
}
