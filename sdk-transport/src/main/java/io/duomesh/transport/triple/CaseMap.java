package io.duomesh.transport.triple;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Dubbo's {@code tri-header-convert}: a JSON object, percent-encoded, from lower-case header names
 * to the names as they were given.
 */
final class CaseMap {
  private CaseMap() {}

  /** The header's value. */
  static String encode(Map<String, String> originals) {
    StringBuilder json = new StringBuilder("{");
    originals.forEach(
        (lower, original) ->
            json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(lower)
                .append("\":\"")
                .append(original)
                .append('"'));
    return URLEncoder.encode(json.append('}').toString(), StandardCharsets.UTF_8);
  }

  /** The map of a header's value; empty if it is malformed. */
  static Map<String, String> decode(String value) {
    String json;
    try {
      json = URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return Map.of();
    }
    // names are tokens, so every quote delimits one
    String[] parts = json.split("\"", -1);
    Map<String, String> originals = new HashMap<>();
    for (int i = 1; i + 2 < parts.length; i += 4) {
      if (parts[i].equalsIgnoreCase(parts[i + 2])) {
        originals.put(parts[i], parts[i + 2]);
      }
    }
    return originals;
  }
}
