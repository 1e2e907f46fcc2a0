package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.duomesh.Metadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request as a sidecar's HTTP server passes them on: values trimmed, headers of
 * the connection left out, and those by which only callers from inside may steer the proxy.
 */
final class ReceivedHeaders {
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");
  private static final Set<String> OF_INSIDERS =
      Set.of(
          "x-envoy-force-trace",
          "x-envoy-hedge-on-per-try-timeout",
          "x-envoy-internal",
          "x-envoy-ip-tags",
          "x-envoy-max-retries",
          "x-envoy-retriable-header-names",
          "x-envoy-retriable-status-codes",
          "x-envoy-retry-grpc-on",
          "x-envoy-retry-on",
          "x-envoy-upstream-alt-stat-name",
          "x-envoy-upstream-rq-per-try-timeout-ms",
          "x-envoy-upstream-rq-timeout-ms",
          "x-envoy-upstream-stream-duration-ms",
          "x-forwarded-client-cert");

  private final List<Map.Entry<String, String>> lines = new ArrayList<>();
  private final Set<String> nominated = new HashSet<>();

  private ReceivedHeaders() {}

  /**
   * Reads an object of texts, or a list of pairs.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static ReceivedHeaders of(@Nullable JsonElement json) {
    ReceivedHeaders headers = new ReceivedHeaders();
    if (json instanceof JsonArray pairs) {
      for (JsonElement each : pairs) {
        if (!(each instanceof JsonArray pair) || pair.size() != 2) {
          throw new IllegalArgumentException("headers: " + each + " (expected: [name, value])");
        }
        headers.add(text(pair.get(0), "name of a header"), pair.get(1));
      }
    } else if (json instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        if (entry.getValue() instanceof JsonArray values) {
          values.forEach(value -> headers.add(entry.getKey(), value));
        } else {
          headers.add(entry.getKey(), entry.getValue());
        }
      }
    } else if (json != null && !json.isJsonNull()) {
      throw new IllegalArgumentException(
          "headers: " + json + " (expected: an object, or a list of [name, value])");
    }
    return headers;
  }

  private void add(String name, JsonElement value) {
    String trimmed = text(value, "header " + name).strip();
    lines.add(Map.entry(name, trimmed));
    if (name.equalsIgnoreCase("connection")) {
      for (String nominee : trimmed.split(",")) {
        nominated.add(nominee.strip().toLowerCase(Locale.ROOT));
      }
    }
  }

  private static String text(JsonElement value, String what) {
    if (value instanceof JsonPrimitive primitive) {
      return primitive.getAsString();
    }
    throw new IllegalArgumentException(what + ": " + value + " (expected: a text)");
  }

  /** The value of {@code host}, or null. */
  @Nullable String host() {
    for (Map.Entry<String, String> line : lines) {
      if (line.getKey().equalsIgnoreCase("host")) {
        return line.getValue();
      }
    }
    return null;
  }

  /** What routes see. */
  Metadata metadata() {
    Metadata.Builder passed = Metadata.builder();
    boolean trailers = false;
    for (Map.Entry<String, String> line : lines) {
      String name = line.getKey().toLowerCase(Locale.ROOT);
      if (name.equals("te")) {
        if (!trailers && List.of(line.getValue().split("\\s*,\\s*")).contains("trailers")) {
          trailers = true;
          passed.add("te", "trailers");
        }
      } else if (!OF_CONNECTION.contains(name)
          && !OF_INSIDERS.contains(name)
          && !nominated.contains(name)) {
        passed.add(line.getKey(), line.getValue());
      }
    }
    return passed.build();
  }
}
