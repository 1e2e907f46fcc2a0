package io.duomesh.traffic;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the body of an answer is written ({@code config.core.v3.SubstitutionFormatString}).
 *
 * @param template a format string for plain text, or a {@code Map} for a JSON object: its values
 *     are format strings, numbers ({@code Double}), {@code Boolean}s, null, lists and maps of these
 * @param omitEmptyValues whether what is not known is left out, instead of {@code -} or null
 */
public record BodyFormat(Object template, boolean omitEmptyValues) {

  /** Copies maps and lists; the keys of maps are sorted. */
  public BodyFormat {
    template = java.util.Objects.requireNonNull(copy(template));
  }

  /** Plain text, {@code -} for what is not known. */
  public static BodyFormat text(String format) {
    return new BodyFormat(format, false);
  }

  private static @Nullable Object copy(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      map.forEach((key, item) -> sorted.put((String) key, copy(item)));
      return Collections.unmodifiableMap(sorted);
    }
    if (value instanceof List<?> list) {
      // Not List.copyOf, which refuses null.
      return list.stream().map(BodyFormat::copy).toList();
    }
    boolean scalar = value instanceof String || value instanceof Double || value instanceof Boolean;
    if (value != null && !scalar) {
      throw new IllegalArgumentException(
          "template: " + value.getClass() + " (expected: String, Double, Boolean, List or Map)");
    }
    return value;
  }
}
