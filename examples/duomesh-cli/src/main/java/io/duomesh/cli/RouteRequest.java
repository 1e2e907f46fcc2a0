package io.duomesh.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.duomesh.Metadata;
import io.duomesh.governance.route.MetadataHead;
import java.math.BigInteger;
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
    ReceivedHeaders received = ReceivedHeaders.of(json.get("headers"));
    Metadata given = received.metadata();
    String host = received.host();
    String forwarded = given.get("x-forwarded-proto");
    String scheme = text(json, "scheme", forwarded == null ? "http" : forwarded);
    // A sidecar's routes can look at the scheme in this header too.
    Metadata headers = forwarded != null ? given : given.with("x-forwarded-proto", scheme);
    String method = text(json, "method", "GET");
    String table = text(json, "routeConfig", "");
    return new RouteRequest(
        text(json, "authority", host == null ? "" : host).strip(),
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
    if (value == null || value.isJsonNull()) {
      return absent;
    }
    if (value instanceof JsonPrimitive primitive) {
      return primitive.getAsString();
    }
    throw new IllegalArgumentException(name + ": " + value + " (expected: a text)");
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

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }
}
