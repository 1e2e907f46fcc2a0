package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.duomesh.Metadata;
import io.duomesh.governance.route.MetadataHead;
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
    Metadata metadata,
    long random,
    int port,
    @Nullable String routeConfig)
    implements MetadataHead {
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");
  private static final BigInteger RANDOMS = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final BigInteger PORTS = BigInteger.valueOf(65_535);
  private static final int LONGEST = 100;

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is no JSON object, or one of its values cannot be used
   */
  static RouteRequest of(String line) {
    try {
      JsonElement json = JsonParser.parseString(line);
      if (json instanceof JsonObject object) {
        return of(object);
      }
      throw new IllegalArgumentException("it is JSON, but no object");
    } catch (JsonParseException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException("it is not JSON: " + why.getMessage(), e);
    }
  }

  static RouteRequest of(JsonObject json) {
    Metadata given = headers(json.get("headers"));
    String forwarded = given.get("x-forwarded-proto");
    String scheme = text(json, "scheme", forwarded == null ? "http" : forwarded);
    // A sidecar's routes can look at the scheme in this header too.
    Metadata headers = forwarded != null ? given : given.with("x-forwarded-proto", scheme);
    String method = text(json, "method", "GET");
    String table = text(json, "routeConfig", "");
    return new RouteRequest(
        text(json, "authority", "").strip(),
        text(json, "path", method.equals("CONNECT") ? "" : "/"),
        method,
        scheme,
        headers,
        number(json, "random", RANDOMS).longValue(),
        number(json, "port", PORTS).intValue(),
        json.get("routeConfig") instanceof JsonPrimitive ? table : null);
  }

  private static String text(JsonObject json, String name, String absent) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? absent : text(value, name);
  }

  private static String text(JsonElement value, String what) {
    if (value instanceof JsonPrimitive primitive) {
      return primitive.getAsString();
    }
    throw new IllegalArgumentException(what + ": " + value + " (expected: a text)");
  }

  private static BigInteger number(JsonObject json, String name, BigInteger most) {
    String text = text(json, name, "0").strip();
    if (!text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(RouteRequest::digit)) {
      BigInteger number = new BigInteger(text);
      if (number.compareTo(most) <= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        name + ": " + text + " (expected: a whole number from 0 to " + most + ")");
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static Metadata headers(@Nullable JsonElement json) {
    Metadata.Builder headers = Metadata.builder();
    if (json == null || json.isJsonNull()) {
      return Metadata.EMPTY;
    }
    if (json instanceof JsonArray pairs) {
      for (JsonElement each : pairs) {
        if (!(each instanceof JsonArray pair) || pair.size() != 2) {
          throw new IllegalArgumentException("headers: " + each + " (expected: [name, value])");
        }
        add(headers, text(pair.get(0), "name of a header"), pair.get(1));
      }
    } else if (json instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        if (entry.getValue() instanceof JsonArray values) {
          values.forEach(value -> add(headers, entry.getKey(), value));
        } else {
          add(headers, entry.getKey(), entry.getValue());
        }
      }
    } else {
      throw new IllegalArgumentException(
          "headers: " + json + " (expected: an object, or a list of [name, value])");
    }
    return headers.build();
  }

  /** Adds what an HTTP server would pass on: values trimmed, headers of the connection left out. */
  private static void add(Metadata.Builder headers, String name, JsonElement value) {
    String trimmed = text(value, "header " + name).strip();
    boolean trailers = name.equalsIgnoreCase("te") && trimmed.equals("trailers");
    if (trailers || !OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
      headers.add(name, trimmed);
    }
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }
}
