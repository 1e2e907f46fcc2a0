package io.duomesh.examples.quickstart;

import com.google.gson.Gson;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A YAML file of xDS resources, read.
 *
 * @param name what to call the file
 * @param mesh the resources that could be read
 * @param unreadable the others
 * @param movedPorts ports of the file that were taken on this machine, and those used instead
 */
record MeshFile(
    String name, Mesh mesh, List<Refusal> unreadable, Map<Integer, Integer> movedPorts) {
  private static final String BUILT_IN = "mesh.yaml";

  /**
   * Reads a file; the example's own where none is given.
   *
   * @throws IllegalArgumentException if it is no YAML list
   */
  static MeshFile read(@Nullable Path file) throws IOException {
    try (InputStream in =
        file == null
            ? MeshFile.class.getResourceAsStream("/" + BUILT_IN)
            : Files.newInputStream(file)) {
      return parse(file == null ? BUILT_IN : shortest(file).toString(), in, true);
    }
  }

  /** Reads a file without looking at what ports are taken: its servers run already. */
  static MeshFile readAsIs(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(shortest(file).toString(), in, false);
    }
  }

  private static Path shortest(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path whole = file.toAbsolutePath();
    return whole.startsWith(here) ? here.relativize(whole) : file;
  }

  private static MeshFile parse(String name, @Nullable InputStream in, boolean movesPorts) {
    if (in == null) {
      throw new IllegalArgumentException(name + " is not on the class path");
    }
    Object tree;
    try {
      tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
    } catch (YAMLException e) {
      throw new IllegalArgumentException(name + " is no YAML: " + e.getMessage(), e);
    }
    if (!(tree instanceof List<?> resources)) {
      throw new IllegalArgumentException(
          name
              + (tree == null ? " is empty" : " is one value")
              + " (expected: a list of resources, each with its \"@type\")");
    }
    Map<Integer, Integer> moved = movesPorts ? FreePorts.replaceTaken(resources) : Map.of();
    Reader reader = new Reader(name);
    resources.forEach(reader::add);
    return new MeshFile(name, reader.mesh(), reader.unreadable, moved);
  }

  /** Sorts resources by type. */
  private static final class Reader {
    private final String file;
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private final Map<String, RouteConfiguration> routes = new LinkedHashMap<>();
    private final Map<String, Cluster> clusters = new LinkedHashMap<>();
    private final Map<String, ClusterLoadAssignment> assignments = new LinkedHashMap<>();
    private final List<Refusal> unreadable = new ArrayList<>();

    Reader(String file) {
      this.file = file;
    }

    Mesh mesh() {
      return new Mesh(listeners, routes, clusters, assignments);
    }

    void add(Object resource) {
      String type = "resource";
      @Nullable Object name = null;
      try {
        if (!(resource instanceof Map<?, ?> fields) || fields.get("@type") == null) {
          throw new IllegalArgumentException("expected a map with \"@type\"");
        }
        String url = fields.get("@type").toString();
        type = url.substring(url.lastIndexOf('.') + 1);
        name = fields.containsKey("name") ? fields.get("name") : fields.get("cluster_name");
        add(message(fields));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        String which = name == null ? "one without a name" : name.toString();
        unreadable.add(new Refusal(file, type, which + ": " + e.getMessage()));
      }
    }

    private static Message message(Map<?, ?> fields) throws InvalidProtocolBufferException {
      JsonFormat.TypeRegistry types = MessageTypes.in(fields);
      Any.Builder any = Any.newBuilder();
      JsonFormat.parser().usingTypeRegistry(types).merge(new Gson().toJson(fields), any);
      return any.build().unpack(MessageTypes.classOf(any.getTypeUrl()));
    }

    private void add(Message message) {
      if (message instanceof Listener listener) {
        put(listeners, listener.getName(), listener);
      } else if (message instanceof RouteConfiguration configuration) {
        put(routes, configuration.getName(), configuration);
      } else if (message instanceof Cluster cluster) {
        put(clusters, cluster.getName(), cluster);
      } else if (message instanceof ClusterLoadAssignment assignment) {
        put(assignments, assignment.getClusterName(), assignment);
      } else {
        throw new IllegalArgumentException(
            "expected a Listener, RouteConfiguration, Cluster or ClusterLoadAssignment");
      }
    }

    private static <T> void put(Map<String, T> byName, String name, T resource) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("expected a name");
      }
      if (byName.putIfAbsent(name, resource) != null) {
        throw new IllegalArgumentException("a second one of that name");
      }
    }
  }
}
