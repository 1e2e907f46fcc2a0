package io.duomesh.transport.triple;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Dubbo's generic callers get in place of what they have no class for, or may have none: names
 * for enums, text for local dates and times. Changes the containers it is given.
 */
final class GenericResult {
  private final Map<Object, Boolean> seen = new IdentityHashMap<>();

  private GenericResult() {}

  /** The value, or what stands for it. */
  static @Nullable Object of(@Nullable Object value) {
    return new GenericResult().plain(value);
  }

  private @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof LocalDateTime
        || value instanceof LocalDate
        || value instanceof LocalTime) {
      return value.toString();
    }
    if (value != null && isContainer(value) && seen.put(value, true) == null) {
      inside(value);
    }
    return value;
  }

  private static boolean isContainer(Object value) {
    return value instanceof Map
        || value instanceof List
        || value instanceof Set
        || value.getClass() == Object[].class;
  }

  @SuppressWarnings("unchecked") // they were made for objects of any class
  private void inside(Object container) {
    if (container instanceof Map<?, ?> map) {
      Map<Object, Object> entries = (Map<Object, Object>) map;
      List<Map.Entry<Object, Object>> before = new ArrayList<>(entries.size());
      entries.forEach(
          (key, value) -> before.add(new java.util.AbstractMap.SimpleEntry<>(key, value)));
      entries.clear();
      before.forEach(entry -> entries.put(plain(entry.getKey()), plain(entry.getValue())));
    } else if (container instanceof List<?> list) {
      ((List<Object>) list).replaceAll(this::plain);
    } else if (container instanceof Set<?> set) {
      List<Object> before = new ArrayList<>(set);
      set.clear();
      before.forEach(value -> ((Set<Object>) set).add(plain(value)));
    } else if (container instanceof Object[] array) {
      for (int i = 0; i < array.length; i++) {
        array[i] = plain(array[i]);
      }
    }
  }
}
