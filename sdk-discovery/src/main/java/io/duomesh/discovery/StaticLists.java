package io.duomesh.discovery;

import io.duomesh.Settings;
import io.duomesh.traffic.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that are written down: {@code duomesh.static.<service>=host:port,host:port}, and the
 * YAML file that {@code duomesh.static.file} names. Immutable.
 */
final class StaticLists {
  private static final String PREFIX = "duomesh.static.";
  private static final String FILE = PREFIX + "file";

  private final Settings settings;
  private final Map<String, List<Endpoint>> inFile;

  /**
   * Reads the file, if one is set.
   *
   * @throws IllegalArgumentException naming the setting if it cannot be read
   */
  StaticLists(Settings settings) {
    this.settings = settings;
    String file = settings.get(FILE);
    this.inFile = file == null ? Map.of() : StaticFile.read(Path.of(file), FILE);
  }

  /**
   * The endpoints of a service; null where nothing is written down.
   *
   * @throws IllegalArgumentException naming the setting if the list is none
   */
  @Nullable List<Endpoint> of(String service) {
    String list = service.equals("file") ? null : settings.get(PREFIX + service);
    return list == null ? inFile.get(service) : parse(list, PREFIX + service);
  }

  /**
   * Parses {@code host:port,host:port}.
   *
   * @throws IllegalArgumentException if an address is none
   */
  static List<Endpoint> parse(String list, String what) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String address : list.split(",", -1)) {
      endpoints.add(HostPort.of(address, what).endpoint());
    }
    return endpoints;
  }
}
