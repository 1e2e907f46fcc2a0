package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties inside a SOFARPC request. Newer SOFARPCs repeat them as headers, maps within maps
 * flattened with dots; old ones (5.4 to 5.10) look for baggage here alone.
 */
final class RequestProps {
  /** Maps within maps that are followed. */
  private static final int MOST_LEVELS = 3;

  /** Entries looked at: maps may be one map, many times over. */
  private static final int MOST_ENTRIES = 1024;

  /** Maps that old servers look for in the content alone. */
  private static final List<String> MAPS = List.of("rpc_req_baggage", "rpc_trace_context");

  private RequestProps() {}

  /** What of metadata stands in the content, too; null where nothing does. */
  static @Nullable Map<String, Object> properties(Metadata metadata) {
    Map<String, Object> properties = null;
    for (int i = 0; i < metadata.size(); i++) {
      String name = metadata.name(i);
      for (String map : MAPS) {
        if (name.length() > map.length()
            && name.charAt(map.length()) == '.'
            && name.startsWith(map)) {
          properties = properties == null ? new HashMap<>() : properties;
          inner(properties, map).put(name.substring(map.length() + 1), metadata.value(i));
        }
      }
    }
    return properties;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> inner(Map<String, Object> properties, String name) {
    return (Map<String, String>) properties.computeIfAbsent(name, n -> new HashMap<>());
  }

  /**
   * The user's properties, under the names that they have as headers.
   *
   * @throws IOException if there are too many
   */
  static Metadata metadata(@Nullable Object properties) throws IOException {
    if (!(properties instanceof Map<?, ?> map) || map.isEmpty()) {
      return Metadata.EMPTY;
    }
    Metadata.Builder builder = Metadata.builder();
    add(builder, "", map, MOST_LEVELS, MOST_ENTRIES);
    return builder.build();
  }

  /** Adds what a map says; gives back how many entries more may be looked at. */
  private static int add(Metadata.Builder to, String prefix, Map<?, ?> map, int levels, int entries)
      throws IOException {
    int left = entries;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (--left < 0) {
        throw new IOException("more than " + MOST_ENTRIES + " request properties");
      }
      if (!(entry.getKey() instanceof String key)) {
        continue;
      }
      String name = prefix + key;
      if (entry.getValue() instanceof Map<?, ?> inner && levels > 1) {
        left = add(to, name + ".", inner, levels - 1, left);
      } else if (entry.getValue() instanceof String text && !HeaderMap.isReserved(name)) {
        to.add(name, text);
      }
    }
    return left;
  }
}
