package io.duomesh.runtime.server;

import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The services of a server by the names that callers use. Immutable; offering one more makes a new
 * value.
 */
public final class Services {
  /** No services. */
  public static final Services NONE = new Services(Map.of(), Map.of(), null);

  private final Map<ServiceName, ServiceDefinition> byName;

  /** By what callers may say: version {@code 1.0}, or none. */
  private final Map<ServiceName, ServiceDefinition> byEachName;

  /** By interface alone, where exactly one service has it: for callers that name no version. */
  private final Map<String, ServiceDefinition> byInterface;

  /** Those that are offered under no name of their own; null where there are none. */
  private final @Nullable OtherServices others;

  private Services(
      Map<ServiceName, ServiceDefinition> byName,
      Map<String, ServiceDefinition> byInterface,
      @Nullable OtherServices others) {
    this.byName = byName;
    this.byInterface = byInterface;
    this.others = others;
    Map<ServiceName, ServiceDefinition> each = new HashMap<>(byName);
    byName.forEach(
        (name, service) -> {
          if (name.version() == null) {
            each.put(
                new ServiceName(name.interfaceName(), "1.0", name.group(), name.uniqueId()),
                service);
          }
        });
    this.byEachName = Map.copyOf(each);
  }

  /**
   * These services and one more.
   *
   * @throws IllegalArgumentException if its name is taken
   */
  public Services with(ServiceDefinition service) {
    Map<ServiceName, ServiceDefinition> names = new HashMap<>(byName);
    if (names.putIfAbsent(key(service.name()), service) != null) {
      throw new IllegalArgumentException("service: " + service.name() + " is offered already");
    }
    Map<String, ServiceDefinition> interfaces = new HashMap<>();
    List<String> ambiguous = new ArrayList<>();
    names.forEach(
        (name, definition) -> {
          if (interfaces.put(name.interfaceName(), definition) != null) {
            ambiguous.add(name.interfaceName());
          }
        });
    ambiguous.forEach(interfaces::remove);
    boolean isAny = service.name().equals(ServiceName.ANY);
    return new Services(
        Map.copyOf(names), Map.copyOf(interfaces), isAny ? new OtherServices(service) : others);
  }

  /**
   * The service that a caller means, or the one that takes what no other does, or null.
   *
   * @param method the method that the caller names; null if it is not known yet
   */
  public @Nullable ServiceDefinition find(
      ServiceName name, @Nullable String method, boolean oneWay) {
    ServiceDefinition service = find(name);
    return service == null && others != null ? others.get(name, method, oneWay) : service;
  }

  /** The service that a caller means, or null. */
  public @Nullable ServiceDefinition find(ServiceName name) {
    ServiceDefinition service = byEachName.get(name);
    boolean plain = name.version() == null && name.group() == null && name.uniqueId() == null;
    return service == null && plain ? byInterface.get(name.interfaceName()) : service;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return byName.isEmpty();
  }

  /** Their names, sorted. */
  public List<String> names() {
    return byName.values().stream().map(s -> s.name().toString()).sorted().toList();
  }

  /** Version {@code 1.0} and no version are one: Bolt cannot tell them apart. */
  private static ServiceName key(ServiceName name) {
    return "1.0".equals(name.version())
        ? new ServiceName(name.interfaceName(), null, name.group(), name.uniqueId())
        : name;
  }
}
