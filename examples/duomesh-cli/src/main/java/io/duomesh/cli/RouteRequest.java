package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.duomesh.Metadata;
import io.duomesh.governance.route.RequestHead;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as a line of the requests file tells it.
 *
 * @param random unsigned
 * @param port where listeners decide; 0 where the line is silent
 * @param routeConfig the table to ask; null where the line is silent
 */
record RouteRequest(
    String authority,
    String path,
    String method,
    String scheme,
    Metadata headers,
    long random,
    int port,
    @Nullable String routeConfig)
    implements RequestHead {
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  static RouteRequest of(JsonObject json) {
    Metadata given = headers(json.get("headers"));
    String forwarded = given.get("x-forwarded-proto");
    String scheme = text(json, "scheme", forwarded == null ? "http" : forwarded);
    // A sidecar's routes can look at the scheme in this header too.
    Metadata headers = forwarded != null ? given : given.with("x-forwarded-proto", scheme);
    return new RouteRequest(
        text(json, "authority", "").strip(),
        text(json, "path", text(json, "method", "GET").equals("CONNECT") ? "" : "/"),
        text(json, "method", "GET"),
        scheme,
        headers,
        random(text(json, "random", "0")),
        Integer.parseInt(text(json, "port", "0")),
        json.has("routeConfig") && !json.get("routeConfig").isJsonNull()
            ? text(json, "routeConfig", "")
            : null);
  }

  private static String text(JsonObject json, String name, String absent) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? absent : value.getAsString();
  }

  private static long random(String text) {
    BigInteger number = new BigInteger(text);
    if (number.signum() < 0 || number.bitLength() > 64) {
      throw new IllegalArgumentException("random: " + text + " (expected: 0 … 2^64 - 1)");
    }
    return number.longValue();
  }

  /** Adds what an HTTP server would pass on: values trimmed, headers of the connection left out. */
  private static void add(Metadata.Builder headers, String name, String value) {
    String trimmed = value.strip();
    boolean trailers = name.equalsIgnoreCase("te") && trimmed.equals("trailers");
    if (trailers || !OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
      headers.add(name, trimmed);
    }
  }

  private static Metadata headers(@Nullable JsonElement json) {
    Metadata.Builder headers = Metadata.builder();
    if (json instanceof JsonArray pairs) {
      for (JsonElement pair : pairs) {
        JsonArray both = pair.getAsJsonArray();
        add(headers, both.get(0).getAsString(), both.get(1).getAsString());
      }
    } else if (json instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        if (entry.getValue() instanceof JsonArray values) {
          values.forEach(value -> add(headers, entry.getKey(), value.getAsString()));
        } else {
          add(headers, entry.getKey(), entry.getValue().getAsString());
        }
      }
    }
    return headers.build();
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }

  @Override
  public int size() {
    return headers.size();
  }

  @Override
  public String name(int index) {
    return headers.name(index);
  }

  @Override
  public String value(int index) {
    return headers.value(index);
  }
}
