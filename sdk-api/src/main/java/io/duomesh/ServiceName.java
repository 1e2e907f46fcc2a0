package io.duomesh;

import org.jspecify.annotations.Nullable;

/**
 * The name that a service is exported and called by. Bolt writes {@code
 * interface:version[:uniqueId]} (SOFARPC's form, version {@code 1.0} where none is given); Triple
 * writes the interface in the path, group and version in {@code tri-service-*} headers where given.
 *
 * @param interfaceName the Java interface's or protobuf service's full name
 * @param version the version, or null for none
 * @param group Dubbo's group, or null for none
 * @param uniqueId SOFARPC's unique id, or null for none
 */
public record ServiceName(
    String interfaceName,
    @Nullable String version,
    @Nullable String group,
    @Nullable String uniqueId) {

  /**
   * The name of a service that takes all calls of services that are not offered by their names; its
   * one method serves all of theirs, and a call's descriptor has the names that the caller gave.
   */
  public static final ServiceName ANY = of("*");

  /** A name without version, group and unique id. */
  public static ServiceName of(String interfaceName) {
    return new ServiceName(interfaceName, null, null, null);
  }

  /**
   * Parses SOFARPC's form, {@code interface[:version[:uniqueId]]}.
   *
   * @throws IllegalArgumentException if the interface part is empty
   */
  public static ServiceName parse(String text) {
    String[] parts = text.split(":", 3);
    if (parts[0].isEmpty()) {
      throw new IllegalArgumentException(
          "service name: " + text + " (expected: interface[:version[:uniqueId]])");
    }
    return new ServiceName(
        parts[0],
        parts.length > 1 && !parts[1].isEmpty() ? parts[1] : null,
        null,
        parts.length > 2 && !parts[2].isEmpty() ? parts[2] : null);
  }

  /** SOFARPC's form, with version {@code 1.0} where none is set. */
  public String boltName() {
    String name = interfaceName + ":" + (version == null ? "1.0" : version);
    return uniqueId == null ? name : name + ":" + uniqueId;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(interfaceName);
    if (version != null || uniqueId != null) {
      text.append(':').append(version == null ? "1.0" : version);
    }
    if (uniqueId != null) {
      text.append(':').append(uniqueId);
    }
    return group == null ? text.toString() : group + "/" + text;
  }
}
