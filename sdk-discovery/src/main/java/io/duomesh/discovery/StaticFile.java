package io.duomesh.discovery;

import io.duomesh.traffic.Endpoint;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A YAML file of services and their addresses:
 *
 * <pre>
 * com.acme.Orders: [10.0.0.1:12200, 10.0.0.2:12200]
 * com.acme.Stock:
 *   - address: 10.0.0.3:12200
 *     weight: 2
 * </pre>
 */
final class StaticFile {
  private StaticFile() {}

  /**
   * Reads the file.
   *
   * @param setting what names the file, for the message
   * @throws IllegalArgumentException naming the setting if it cannot be read
   */
  static Map<String, List<Endpoint>> read(Path file, String setting) {
    try (Reader reader = Files.newBufferedReader(file)) {
      Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
      if (root == null) {
        return Map.of();
      }
      if (!(root instanceof Map<?, ?> services)) {
        throw wrong(setting, file, "is not a mapping of services");
      }
      Map<String, List<Endpoint>> lists = new HashMap<>();
      for (Map.Entry<?, ?> entry : services.entrySet()) {
        String service = String.valueOf(entry.getKey());
        lists.put(service, endpoints(entry.getValue(), setting + " " + file + ", " + service));
      }
      return lists;
    } catch (IOException e) {
      throw wrong(setting, file, "cannot be read (" + e + ")");
    } catch (YAMLException e) {
      throw wrong(setting, file, "is not YAML (" + e.getMessage() + ")");
    } catch (NoClassDefFoundError e) {
      throw wrong(setting, file, "needs org.yaml:snakeyaml on the class path");
    }
  }

  private static List<Endpoint> endpoints(Object list, String what) {
    if (list instanceof String text) {
      return StaticLists.parse(text, what);
    }
    if (!(list instanceof List<?> addresses)) {
      throw new IllegalArgumentException(what + ": " + list + " (expected: a list of host:port)");
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (Object address : addresses) {
      endpoints.add(endpoint(address, what));
    }
    return endpoints;
  }

  private static Endpoint endpoint(Object address, String what) {
    if (!(address instanceof Map<?, ?> fields)) {
      return HostPort.of(String.valueOf(address), what).endpoint();
    }
    Endpoint plain = HostPort.of(String.valueOf(fields.get("address")), what).endpoint();
    Object weight = fields.containsKey("weight") ? fields.get("weight") : 1;
    if (!(weight instanceof Integer number) || number < 1) {
      throw new IllegalArgumentException(
          what + ": weight " + weight + " (expected: a number from 1)");
    }
    return new Endpoint(plain.host(), plain.port(), number, plain.health(), "", plain.metadata());
  }

  private static IllegalArgumentException wrong(String setting, Path file, String what) {
    return new IllegalArgumentException(setting + ": " + file + " " + what);
  }
}
