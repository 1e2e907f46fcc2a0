package io.duomesh.xds;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.duomesh.Settings;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.xds.proto.envoy.config.core.v3.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the control plane is and who this process is to it. Read from, in order: {@code
 * duomesh.xds.bootstrap} (a path, or the text itself) or the environment's {@code
 * GRPC_XDS_BOOTSTRAP}, both in the JSON form of gRPC's bootstrap; then single settings, which win:
 *
 * <ul>
 *   <li>{@code duomesh.xds.server}: {@code host:port};
 *   <li>{@code duomesh.xds.node.id}, {@code .cluster}, {@code .metadata} (a JSON object), {@code
 *       .locality} ({@code region/zone/sub-zone}); the default id is the host's name;
 *   <li>{@code duomesh.xds.tls.ca}, {@code .certificate}, {@code .private-key}, {@code
 *       .server-name}: PEM files; TLS is used where one of them, or {@code
 *       duomesh.xds.tls.enabled}, is set;
 *   <li>{@code duomesh.xds.token-file}: a bearer token, read again for each stream;
 *   <li>{@code duomesh.xds.stream}: {@code sidecar} or {@code proxyless}, and {@code delta} or
 *       {@code sotw}, joined by {@code -}, such as {@code sidecar-sotw}.
 * </ul>
 *
 * <p>By default a node id {@code sidecar~…} without {@code GENERATOR: grpc} asks for everything by
 * wildcard over the incremental protocol, as a sidecar does; any other asks for the listeners of
 * its targets by name over the state-of-the-world protocol, as gRPC does.
 *
 * @param server {@code host:port} of the control plane
 * @param tls security towards it; null for plaintext
 * @param tokenFile file of a bearer token; null for none
 * @param nodeId this process' id
 * @param node all that it says of itself, serialized {@code config.core.v3.Node}
 * @param wildcard whether it asks for everything instead of listeners by name
 * @param incremental whether it speaks the incremental protocol
 * @param listenerTemplate name of a target's listener, {@code %s} standing for the target
 * @param serverListenerTemplate name of a server's listener, {@code %s} standing for the address
 *     that it listens on; null where a server asks for none; by default Istio's with {@code
 *     GENERATOR: grpc}, else none
 * @param keepsDeleted whether listeners and clusters that the server says are gone stay (gRPC's
 *     server feature {@code ignore_resource_deletion})
 */
public record XdsBootstrap(
    String server,
    @Nullable TlsPolicy tls,
    @Nullable Path tokenFile,
    String nodeId,
    com.google.protobuf.ByteString node,
    boolean wildcard,
    boolean incremental,
    String listenerTemplate,
    @Nullable String serverListenerTemplate,
    boolean keepsDeleted) {

  private static final String KEY = "duomesh.xds.";

  /**
   * The bootstrap of a process.
   *
   * @throws IllegalArgumentException naming the setting or field that does not do
   */
  public static XdsBootstrap of(Settings settings) {
    JsonObject json = json(settings);
    Node node = BootstrapNode.of(settings, json);
    JsonObject server = server(json);
    String address = settings.get(KEY + "server", address(server));
    if (address.isEmpty()) {
      throw new IllegalArgumentException(
          "no control plane: set duomesh.xds.server=host:port, or duomesh.xds.bootstrap or"
              + " GRPC_XDS_BOOTSTRAP to a bootstrap file");
    }
    boolean grpc = BootstrapNode.wantsGrpc(node);
    boolean sidecar = node.getId().startsWith("sidecar~") && !grpc;
    String stream = settings.get(KEY + "stream", "").toLowerCase(Locale.ROOT);
    boolean wildcard = chosen(stream, "sidecar", "proxyless", sidecar);
    boolean incremental = chosen(stream, "delta", "sotw", wildcard);
    String token = settings.get(KEY + "token-file");
    JsonElement serverTemplate = json.get("server_listener_resource_name_template");
    JsonElement template = json.get("client_default_listener_resource_name_template");
    return new XdsBootstrap(
        address,
        BootstrapTls.of(settings, json, server),
        token == null ? null : Path.of(token),
        node.getId(),
        node.toByteString(),
        wildcard,
        incremental,
        template == null ? "%s" : template.getAsString(),
        serverTemplate != null
            ? serverTemplate.getAsString()
            : grpc ? ListenerNames.OF_ISTIO_SERVERS : null,
        server.get("server_features") instanceof JsonArray features
            && features.contains(new JsonPrimitive("ignore_resource_deletion")));
  }

  private static JsonObject json(Settings settings) {
    String text = settings.get(KEY + "bootstrap");
    String origin = KEY + "bootstrap";
    if (text == null) {
      text = System.getenv("GRPC_XDS_BOOTSTRAP");
      origin = "GRPC_XDS_BOOTSTRAP";
    }
    if (text == null || text.isBlank()) {
      return new JsonObject();
    }
    try {
      String content = text.stripLeading().startsWith("{") ? text : Files.readString(Path.of(text));
      return JsonParser.parseString(content).getAsJsonObject();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          origin + ": " + text + " is no readable bootstrap: " + e.getMessage(), e);
    }
  }

  private static JsonObject server(JsonObject json) {
    return json.get("xds_servers") instanceof JsonArray servers
            && !servers.isEmpty()
            && servers.get(0) instanceof JsonObject first
        ? first
        : new JsonObject();
  }

  private static String address(JsonObject server) {
    JsonElement uri = server.get("server_uri");
    if (uri == null) {
      return "";
    }
    String address = uri.getAsString();
    if (address.startsWith("unix:")) {
      throw new IllegalArgumentException(
          "server_uri: " + address + " (expected: host:port; Unix sockets are not supported)");
    }
    return address.replaceFirst("^(dns|ipv4|ipv6|passthrough):/*", "");
  }

  private static boolean chosen(String stream, String yes, String no, boolean otherwise) {
    List<String> words = List.of(stream.split("[-, ]+"));
    for (String word : words) {
      if (!word.isEmpty() && !List.of("sidecar", "proxyless", "delta", "sotw").contains(word)) {
        throw new IllegalArgumentException(
            KEY + "stream: " + stream + " (expected: sidecar or proxyless, and delta or sotw)");
      }
    }
    return words.contains(yes) || !words.contains(no) && otherwise;
  }

  /** What listeners are called. */
  ListenerNames names() {
    return new ListenerNames(listenerTemplate, serverListenerTemplate);
  }
}
