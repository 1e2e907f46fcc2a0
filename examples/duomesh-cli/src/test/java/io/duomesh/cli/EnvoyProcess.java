package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real Envoy with a listener per route table, whose clusters have no endpoints: its answers tell
 * the route and the cluster in a header.
 */
final class EnvoyProcess implements AutoCloseable {
  private static final String TYPE = "type.googleapis.com/envoy.";
  private static final String SAW =
      """
      {"name": "saw", "typedConfig": {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        "mutations": {"responseMutations": [{"append": {"header": {"key": "x-saw", "value":
          "%ROUTE_NAME%|%UPSTREAM_CLUSTER%|%RESPONSE_CODE_DETAILS%"}}}]}}}
      """;

  private final Process process;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Path adminFile;

  /** The binary, from {@code ENVOY_BIN} or the path; null where there is none. */
  static String binary() {
    String named = System.getenv("ENVOY_BIN");
    if (named != null && Files.isExecutable(Path.of(named))) {
      return named;
    }
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, "envoy"))) {
        return Path.of(folder, "envoy").toString();
      }
    }
    return null;
  }

  EnvoyProcess(String binary, Path folder, List<JsonObject> tables) throws IOException {
    adminFile = folder.resolve("admin");
    Path config = folder.resolve("bootstrap.json");
    Files.writeString(config, bootstrap(tables).toString());
    process =
        new ProcessBuilder(
                binary,
                "-c",
                config.toString(),
                "--concurrency",
                "1",
                "--use-dynamic-base-id",
                "--admin-address-path",
                adminFile.toString(),
                "--log-level",
                "error")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("envoy.log").toFile())
            .start();
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .ignoreExceptions() // the file and the port are not there yet
        .until(() -> listeners() == tables.size());
  }

  int port(int table) {
    return ports.get("l" + table);
  }

  private int listeners() throws IOException {
    String[] admin = Files.readString(adminFile).strip().split(":");
    URI listeners = URI.create("http://127.0.0.1:" + admin[1] + "/listeners?format=json");
    JsonObject body;
    try (InputStream in = listeners.toURL().openStream()) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      body = JsonParser.parseString(json).getAsJsonObject();
    }
    if (body.has("listener_statuses")) {
      for (JsonElement each : body.getAsJsonArray("listener_statuses")) {
        JsonObject status = each.getAsJsonObject();
        ports.put(
            status.get("name").getAsString(),
            status
                .getAsJsonObject("local_address")
                .getAsJsonObject("socket_address")
                .get("port_value")
                .getAsInt());
      }
    }
    return ports.size();
  }

  /** The head of the answer to a request; Envoy closes a while after its end. */
  static String ask(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        head.append((char) next);
      }
      return head.toString();
    }
  }

  private static JsonObject bootstrap(List<JsonObject> tables) {
    JsonArray listeners = new JsonArray();
    for (int i = 0; i < tables.size(); i++) {
      JsonObject manager = new JsonObject();
      manager.addProperty(
          "@type",
          TYPE + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager");
      manager.addProperty("statPrefix", "l");
      manager.add("routeConfig", tables.get(i));
      JsonArray filters = new JsonArray();
      filters.add(JsonParser.parseString(SAW));
      filters.add(
          JsonParser.parseString(
              "{\"name\": \"router\", \"typedConfig\": {\"@type\": \""
                  + TYPE
                  + "extensions.filters.http.router.v3.Router\"}}"));
      manager.add("httpFilters", filters);
      JsonObject listener =
          JsonParser.parseString(
                  "{\"name\": \"l"
                      + i
                      + "\", \"address\": {\"socketAddress\": {\"address\": \"127.0.0.1\","
                      + " \"portValue\": 0}}, \"filterChains\": [{\"filters\": [{\"name\": \"h\"}]}]}")
              .getAsJsonObject();
      listener
          .getAsJsonArray("filterChains")
          .get(0)
          .getAsJsonObject()
          .getAsJsonArray("filters")
          .get(0)
          .getAsJsonObject()
          .add("typedConfig", manager);
      listeners.add(listener);
    }
    JsonObject resources = new JsonObject();
    resources.add("listeners", listeners);
    resources.add(
        "clusters",
        JsonParser.parseString("[{\"name\": \"c0\"}, {\"name\": \"c1\"}, {\"name\": \"c2\"}]"));
    JsonObject bootstrap =
        JsonParser.parseString(
                "{\"admin\": {\"address\": {\"socketAddress\": {\"address\": \"127.0.0.1\","
                    + " \"portValue\": 0}}}}")
            .getAsJsonObject();
    bootstrap.add("staticResources", resources);
    return bootstrap;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
