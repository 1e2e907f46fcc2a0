package io.duomesh.spring;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes trees of properties as JSON. */
final class Json {
  private Json() {}

  /** Maps, lists, numbers, truth values and null as such; everything else as a string. */
  static String of(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      if (isList(map)) {
        return of(map.values());
      }
      return map.entrySet().stream()
          .map(entry -> quoted(String.valueOf(entry.getKey())) + ":" + of(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(Json::of).collect(Collectors.joining(",", "[", "]"));
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? String.valueOf(value)
        : quoted(value.toString());
  }

  /** Properties say a list as elements 0, 1, … */
  private static boolean isList(Map<?, ?> map) {
    int next = 0;
    for (Object key : map.keySet()) {
      if (!key.equals(String.valueOf(next++))) {
        return false;
      }
    }
    return next > 0;
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
