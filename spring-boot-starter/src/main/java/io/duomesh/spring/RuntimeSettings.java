package io.duomesh.spring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.unit.DataSize;

/**
 * The {@code duomesh.*} properties of a context as the runtime's settings: the typed ones in their
 * one spelling, then every other as it is written, for targets by name and for extensions.
 */
final class RuntimeSettings {
  private static final String PREFIX = "duomesh.";
  private static final String NODE_METADATA = "duomesh.xds.node.metadata";
  private static final Pattern ELEMENT = Pattern.compile("(.+)\\[(\\d+)]");
  private static final Pattern BRACKETED = Pattern.compile("\\.?\\[([^]]+)]");

  private RuntimeSettings() {}

  static Map<String, String> of(DuomeshProperties properties, ConfigurableEnvironment environment) {
    Map<String, String> settings = new LinkedHashMap<>();
    addWritten(settings, environment);
    addRecord(settings, "duomesh", properties);
    addNodeMetadata(settings, environment);
    return settings;
  }

  private static void addRecord(Map<String, String> settings, String prefix, Record properties) {
    for (RecordComponent component : properties.getClass().getRecordComponents()) {
      add(settings, prefix + "." + dashed(component.getName()), value(properties, component));
    }
  }

  private static void add(Map<String, String> settings, String key, @Nullable Object value) {
    if (value instanceof Record nested) {
      addRecord(settings, key, nested);
    } else if (value != null) {
      settings.put(key, text(value));
    }
  }

  private static String text(Object value) {
    if (value instanceof Duration time) {
      return time.toString();
    }
    if (value instanceof DataSize size) {
      return Long.toString(size.toBytes());
    }
    if (value instanceof Enum<?> choice) {
      return choice.name().toLowerCase(Locale.ROOT);
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    return value.toString();
  }

  private static @Nullable Object value(Record properties, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(properties);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The runtime takes a JSON object; properties may also say it as a tree. */
  private static void addNodeMetadata(
      Map<String, String> settings, ConfigurableEnvironment environment) {
    if (settings.keySet().stream().anyMatch(key -> key.startsWith(NODE_METADATA + "."))) {
      Binder.get(environment)
          .bind(NODE_METADATA, Bindable.mapOf(String.class, Object.class))
          .ifBound(tree -> settings.put(NODE_METADATA, Json.of(tree)));
    }
  }

  private static void addWritten(
      Map<String, String> settings, ConfigurableEnvironment environment) {
    Map<String, Map<Integer, String>> lists = new TreeMap<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> enumerable) {
        for (String name : enumerable.getPropertyNames()) {
          if (name.startsWith(PREFIX)) {
            String value = environment.getProperty(name);
            Matcher element = ELEMENT.matcher(name);
            if (value == null) {
              continue;
            } else if (element.matches()) {
              lists
                  .computeIfAbsent(plain(element.group(1)), key -> new TreeMap<>())
                  .put(Integer.valueOf(element.group(2)), value);
            } else {
              settings.put(plain(name), value);
            }
          }
        }
      }
    }
    lists.forEach((key, elements) -> settings.put(key, String.join(",", elements.values())));
  }

  /**
   * Spring's {@code duomesh.client[orders:80].protocol} is our {@code duomesh.client.orders:80…}.
   */
  private static String plain(String name) {
    return BRACKETED.matcher(name).replaceAll(".$1");
  }
}
