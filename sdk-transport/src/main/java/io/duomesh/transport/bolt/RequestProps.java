package io.duomesh.transport.bolt;

import io.duomesh.Metadata;
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

  /** The user's properties, under the names that they have as headers. */
  static Metadata metadata(@Nullable Object properties) {
    if (!(properties instanceof Map<?, ?> map) || map.isEmpty()) {
      return Metadata.EMPTY;
    }
    Metadata.Builder builder = Metadata.builder();
    add(builder, "", map, MOST_LEVELS);
    return builder.build();
  }

  private static void add(Metadata.Builder to, String prefix, Map<?, ?> map, int levels) {
    map.forEach(
        (key, value) -> {
          String name = prefix + key;
          if (value instanceof Map<?, ?> inner && levels > 1) {
            add(to, name + ".", inner, levels - 1);
          } else if (value instanceof String text && !HeaderMap.isReserved(name)) {
            to.add(name, text);
          }
        });
  }
}
