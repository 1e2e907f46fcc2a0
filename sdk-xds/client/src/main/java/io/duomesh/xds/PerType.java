package io.duomesh.xds;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** One value for each resource type, never absent. */
final class PerType<T> {
  private final Map<ResourceType, T> values = new EnumMap<>(ResourceType.class);

  PerType(Supplier<T> each) {
    for (ResourceType type : ResourceType.values()) {
      values.put(type, each.get());
    }
  }

  T get(ResourceType type) {
    return Objects.requireNonNull(values.get(type));
  }

  void set(ResourceType type, T value) {
    values.put(type, value);
  }
}
