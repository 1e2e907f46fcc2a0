package io.duomesh.xds;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Message;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.xds.proto.envoy.config.cluster.v3.Cluster;
import io.duomesh.xds.proto.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * xDS resources written in a file, as JSON or YAML: a list of resources with {@code @type}; a
 * {@code DiscoveryResponse}; an Envoy bootstrap, whose {@code static_resources} are read; an Envoy
 * {@code config_dump}; or a list of one kind that the file's name tells ({@code *.listeners.yaml},
 * {@code .routes}, {@code .clusters}, {@code .endpoints}). Immutable.
 *
 * @param resources every resource found, in order, with why it was refused
 * @param snapshot the configuration of those that were not
 * @param refusedPorts the ports of refused listeners, by the listener's name
 */
public record XdsFile(
    List<XdsVerdict> resources, TrafficSnapshot snapshot, Map<String, Integer> refusedPorts) {

  private static final Map<String, ResourceType> KINDS =
      Map.of(
          "listeners", ResourceType.LISTENER,
          "routes", ResourceType.ROUTES,
          "clusters", ResourceType.CLUSTER,
          "endpoints", ResourceType.ENDPOINTS);

  /** Parts of a config_dump that no request meets: refused, not ready yet, or on their way out. */
  private static final Set<String> NOT_IN_FORCE =
      Set.of(
          "error_state",
          "errorState",
          "warming_state",
          "warmingState",
          "draining_state",
          "drainingState",
          "dynamic_warming_clusters",
          "dynamicWarmingClusters");

  /** Copies the collections. */
  public XdsFile {
    resources = List.copyOf(resources);
    refusedPorts = Map.copyOf(refusedPorts);
  }

  /**
   * Reads files as one configuration. A resource that is wrong is refused alone.
   *
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if a file is neither JSON nor YAML
   */
  public static XdsFile read(Path... files) throws IOException {
    Reader reader = new Reader();
    for (Path file : files) {
      try {
        reader.read(XdsJson.tree(Files.readString(file)), kindOf(file.getFileName().toString()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
      }
    }
    return reader.result();
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is neither JSON nor YAML
   */
  public static XdsFile parse(String text) {
    Reader reader = new Reader();
    reader.read(XdsJson.tree(text), null);
    return reader.result();
  }

  private static @Nullable ResourceType kindOf(String fileName) {
    for (Map.Entry<String, ResourceType> kind : KINDS.entrySet()) {
      if (fileName.contains("." + kind.getKey() + ".")) {
        return kind.getValue();
      }
    }
    return null;
  }

  private static final class Reader {
    private final ResourceStore store = new ResourceStore(ListenerNames.OWN);
    private final List<XdsVerdict> verdicts = new ArrayList<>();
    private final Map<String, Integer> refusedPorts = new HashMap<>();

    /**
     * Finds resources anywhere in the tree; {@code kind} is that of objects without {@code @type}.
     */
    void read(JsonElement json, @Nullable ResourceType kind) {
      if (json instanceof JsonArray array) {
        array.forEach(item -> read(item, kind));
      } else if (json instanceof JsonObject object) {
        String url = XdsJson.type(object);
        ResourceType type = url == null ? kind : ResourceType.of(url);
        if (type != null && type != ResourceType.NAMES) {
          take(type, object);
        } else {
          boolean isStatic = url == null && (object.has("clusters") || object.has("listeners"));
          for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            if (!NOT_IN_FORCE.contains(entry.getKey())) {
              read(entry.getValue(), isStatic ? KINDS.get(entry.getKey()) : null);
            }
          }
        }
      }
    }

    private void take(ResourceType type, JsonObject json) {
      String name = name(json, type);
      Message.Builder builder =
          switch (type) {
            case CLUSTER -> Cluster.newBuilder();
            case ENDPOINTS -> ClusterLoadAssignment.newBuilder();
            case LISTENER -> Listener.newBuilder();
            case ROUTES -> RouteConfiguration.newBuilder();
            case NAMES -> throw new IllegalArgumentException("not read from files");
          };
      String why;
      List<String> ignored = List.of();
      try {
        XdsJson.merge(json, builder);
        Message message = builder.build();
        why = store.put(type, name, message.toByteString(), "", false);
        ignored = Ignored.of(message);
      } catch (IllegalArgumentException e) {
        why = e.getMessage();
      }
      verdicts.add(XdsVerdict.of(type, name, why, ignored));
      if (why != null && type == ResourceType.LISTENER) {
        refusedPorts.put(name, port(json));
      }
    }

    /** What a listener's JSON says of its port, in either spelling; 0 where it says nothing. */
    private static int port(JsonObject listener) {
      JsonElement at = listener.get("address");
      for (List<String> names :
          List.of(List.of("socketAddress", "socket_address"), List.of("portValue", "port_value"))) {
        JsonElement camel = at instanceof JsonObject object ? object.get(names.get(0)) : null;
        at = camel == null && at instanceof JsonObject object ? object.get(names.get(1)) : camel;
      }
      return at instanceof JsonPrimitive number && number.isNumber() ? number.getAsInt() : 0;
    }

    private static String name(JsonObject json, ResourceType type) {
      JsonElement name = json.get(type.nameField());
      if (name == null && type == ResourceType.ENDPOINTS) {
        name = json.get("clusterName");
      }
      return name instanceof JsonPrimitive text ? text.getAsString() : "";
    }

    XdsFile result() {
      var composer =
          new SnapshotComposer(
              store, TrafficSnapshot.EMPTY, ListenerNames.OWN, (type, name) -> false);
      TrafficSnapshot composed = composer.compose("file", Set.of()).snapshot();
      // A file may be asked about routes that none of its listeners names.
      Map<String, io.duomesh.traffic.RouteConfiguration> routes = new HashMap<>();
      for (Resource resource : store.all(ResourceType.ROUTES)) {
        routes.put(resource.name(), ((Resource.RouteContent) resource.content()).routes());
      }
      return new XdsFile(
          verdicts,
          new TrafficSnapshot(
              composed.version(),
              composed.listeners(),
              routes,
              composed.clusters(),
              composed.endpoints(),
              composed.inbound()),
          refusedPorts);
    }
  }
}
