package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.duomesh.xds.XdsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds {@code route} against what Envoy did; see {@code envoy/README.md} in the resources. */
class EnvoyDecisionsTest {

  @ParameterizedTest
  @CsvSource({
    "unit-tests, 290",
    "router-check, 35",
    "string-matchers, 20",
    "experiments, 2100",
    "generated, 1400",
    "shapes, 500",
    "formats, 400",
    "refusals, 400",
    "normalization, 500",
    "corners, 60"
  })
  void requestsGoWhereEnvoySendsThem(String name, int atLeast) throws IOException {
    List<String> differences = new ArrayList<>();
    int count = 0;
    String file = "/envoy/" + name + ".jsonl";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(getClass().getResourceAsStream(file)),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonObject group = JsonParser.parseString(line).getAsJsonObject();
        JsonArray cases = group.getAsJsonArray("cases");
        count += cases.size();
        compare(group, cases, differences);
      }
    }
    assertTrue(count >= atLeast, name + ": " + count + " cases");
    assertEquals(List.of(), differences, differences.size() + " of " + count + " differ");
  }

  private static void compare(JsonObject group, JsonArray cases, List<String> differences) {
    JsonObject table = group.getAsJsonObject("routeConfig").deepCopy();
    table.addProperty("@type", "type.googleapis.com/envoy.config.route.v3.RouteConfiguration");
    table.addProperty("name", "table");
    JsonObject resource = group.has("hcm") ? listener(group.getAsJsonObject("hcm"), table) : table;
    RouteOracle oracle = new RouteOracle(XdsFile.parse("[" + resource + "]"));
    for (JsonElement each : cases) {
      JsonObject one = each.getAsJsonObject();
      JsonObject answer = oracle.answer(RouteRequest.of(one.getAsJsonObject("request")));
      for (Map.Entry<String, JsonElement> expected : one.getAsJsonObject("expect").entrySet()) {
        String difference = difference(expected.getKey(), expected.getValue(), answer);
        if (difference != null) {
          JsonElement name = one.has("name") ? one.get("name") : group.get("source");
          differences.add("\n" + name + " " + one.get("request") + ": " + difference);
        }
      }
    }
  }

  /** A listener whose connection manager has more to say than its routes. */
  private static JsonObject listener(JsonObject manager, JsonObject table) {
    String text =
        """
        {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "listener",
         "address": {"socketAddress": {"address": "127.0.0.1", "portValue": 0}},
         "filterChains": [{"filters": [{"name": "manager", "typedConfig": {
           "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
           "httpFilters": [{"name": "router", "typedConfig": {
             "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}
        """;
    JsonObject listener = JsonParser.parseString(text).getAsJsonObject();
    JsonObject chain = listener.getAsJsonArray("filterChains").get(0).getAsJsonObject();
    JsonObject config =
        chain.getAsJsonArray("filters").get(0).getAsJsonObject().getAsJsonObject("typedConfig");
    JsonObject inline = table.deepCopy();
    inline.remove("@type");
    config.add("routeConfig", inline);
    manager.entrySet().forEach(field -> config.add(field.getKey(), field.getValue()));
    return listener;
  }

  private static String difference(String field, JsonElement expected, JsonObject answer) {
    if (field.equals("rejected") || answer.has("rejected")) {
      return answer.has("rejected") && field.equals("rejected")
          ? null
          : field + " " + expected + " but " + answer;
    }
    switch (field) {
      case "headersAfter":
        for (var header : expected.getAsJsonObject().entrySet()) {
          if (!header.getValue().equals(first(answer, header.getKey()))) {
            return header + " but " + answer.get("requestHeaders");
          }
        }
        return null;
      case "headersAfterAbsent":
        for (JsonElement name : expected.getAsJsonArray()) {
          if (!first(answer, name.getAsString()).isJsonNull()) {
            return "no " + name + " but " + answer.get("requestHeaders");
          }
        }
        return null;
      case "location":
        if (answer.get("directResponse").isJsonObject()) {
          // Envoy tells the request's own URL beside it; the answer keeps to the response.
          int status = inside(answer, "directResponse", "status").getAsInt();
          return status == 201 || status / 100 == 3 ? null : "location but " + answer;
        }
        JsonElement location = inside(answer, "redirect", "location");
        return location.equals(expected) ? null : "location " + expected + " but " + location;
      default:
        JsonElement actual =
            switch (field) {
              case "directStatus" -> inside(answer, "directResponse", "status");
              case "directBody" -> inside(answer, "directResponse", "body");
              default -> answer.get(field);
            };
        return actual.equals(expected) ? null : field + " " + expected + " but " + actual;
    }
  }

  private static JsonElement inside(JsonObject answer, String object, String field) {
    return answer.get(object).isJsonObject()
        ? answer.getAsJsonObject(object).get(field)
        : JsonNull.INSTANCE;
  }

  private static JsonElement first(JsonObject answer, String name) {
    for (JsonElement pair : answer.getAsJsonArray("requestHeaders")) {
      if (pair.getAsJsonArray().get(0).getAsString().equals(name)) {
        return pair.getAsJsonArray().get(1);
      }
    }
    return JsonNull.INSTANCE;
  }
}
