package io.duomesh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.duomesh.xds.XdsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks a real Envoy and us the same generated questions. Runs where an Envoy is found; {@code
 * -Dduomesh.seed=N} asks others.
 */
class EnvoyDifferenceTest {
  private static final int TABLES = 150;
  private static final int REQUESTS = 10;
  private static final Pattern HEADER =
      Pattern.compile("^(x-saw|location): ?(.*)\r?$", Pattern.MULTILINE);

  @Test
  void generatedRequestsGoWhereEnvoySendsThem(@TempDir Path folder) throws IOException {
    String binary = EnvoyProcess.binary();
    assumeTrue(
        binary != null,
        "SKIPPED: no Envoy (set ENVOY_BIN, or put envoy on the PATH) to compare with");
    RouteGenerator generator = new RouteGenerator(Long.getLong("duomesh.seed", 1L));
    List<JsonObject> tables = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      tables.add(generator.table());
    }
    List<String> differences = new ArrayList<>();
    try (EnvoyProcess envoy = new EnvoyProcess(binary, folder, tables)) {
      for (int i = 0; i < TABLES; i++) {
        JsonObject table = tables.get(i).deepCopy();
        table.addProperty("@type", "type.googleapis.com/envoy.config.route.v3.RouteConfiguration");
        RouteOracle oracle = new RouteOracle(XdsFile.parse("[" + table + "]"));
        for (int r = 0; r < REQUESTS; r++) {
          JsonObject request = generator.request();
          String theirs = theirs(EnvoyProcess.ask(envoy.port(i), text(request)));
          String ours = ours(oracle.answer(RouteRequest.of(request)));
          if (!ours.equals(theirs)) {
            differences.add(
                "\n" + request + "\n  Envoy " + theirs + ", we " + ours + "\n  " + table);
          }
        }
      }
    }
    assertEquals(List.of(), differences, differences.size() + " differ");
  }

  private static String text(JsonObject request) {
    StringBuilder text =
        new StringBuilder("GET " + request.get("path").getAsString() + " HTTP/1.1\r\n");
    text.append("host: ").append(request.get("authority").getAsString()).append("\r\n");
    for (JsonElement header : request.getAsJsonArray("headers")) {
      JsonArray pair = header.getAsJsonArray();
      text.append(pair.get(0).getAsString()).append(": ").append(pair.get(1).getAsString());
      text.append("\r\n");
    }
    return text + "connection: close\r\n\r\n";
  }

  private static String theirs(String answer) {
    String saw = "";
    String location = "";
    Matcher header = HEADER.matcher(answer);
    while (header.find()) {
      if (header.group(1).equals("location")) {
        location = header.group(2).strip();
      } else {
        saw = header.group(2).strip();
      }
    }
    String[] parts = saw.split("\\|");
    if (!location.isEmpty()) {
      return "redirect " + location;
    }
    return parts.length > 2 && parts[2].equals("route_not_found")
        ? "no route"
        : "route " + parts[0] + " cluster " + parts[1];
  }

  private static String ours(JsonObject answer) {
    if (answer.has("rejected")) {
      return answer.toString();
    }
    if (answer.get("redirect").isJsonObject()) {
      return "redirect " + answer.getAsJsonObject("redirect").get("location").getAsString();
    }
    return answer.get("cluster").isJsonNull()
        ? "no route"
        : "route "
            + answer.get("route").getAsString()
            + " cluster "
            + answer.get("cluster").getAsString();
  }
}
