package io.duomesh.xds;

import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a control plane has said, by type and name: the last good version of each resource, and why
 * a newer one was refused. Used by one thread.
 */
final class ResourceStore {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceStore.class);

  private final ListenerNames names;
  private final PerType<Map<String, Resource>> held = new PerType<>(LinkedHashMap::new);
  private final PerType<Map<String, String>> refused = new PerType<>(TreeMap::new);

  /**
   * A store.
   *
   * @param names tells which listeners are those of servers
   */
  ResourceStore(ListenerNames names) {
    this.names = names;
  }

  /**
   * Takes a resource. One with the same bytes, or that says the same, stays the same object.
   *
   * @return why it is refused; null if it is accepted
   */
  @Nullable String put(
      ResourceType type, String name, ByteString bytes, String version, boolean stale) {
    Resource before = resources(type).get(name);
    Resource.Content content;
    if (before != null && before.bytes().equals(bytes)) {
      content = before.content();
    } else {
      try {
        content =
            Resource.parse(type, bytes, type == ResourceType.LISTENER && names.isServer(name));
      } catch (RuntimeException e) {
        // Whatever a parser trips over, the resource is to blame and the stream goes on.
        String why =
            e instanceof IllegalArgumentException && e.getMessage() != null
                ? e.getMessage()
                : e.toString();
        if (!why.equals(refused.get(type).put(name, why))) {
          LOG.warn(
              "Refused {} {}: {} ({})",
              type,
              name,
              why,
              before == null ? "there was none before" : "the last good one stays in use");
        }
        return why;
      }
      if (before != null && before.content().equals(content)) {
        content = before.content();
      }
    }
    refused.get(type).remove(name);
    resources(type).put(name, new Resource(type, name, bytes, version, content, stale));
    return null;
  }

  /** The names of all that came, in use or refused. */
  Set<String> names(ResourceType type) {
    Set<String> names = new HashSet<>(resources(type).keySet());
    names.addAll(refused.get(type).keySet());
    return names;
  }

  /** Forgets a resource. */
  void remove(ResourceType type, String name) {
    resources(type).remove(name);
    refused.get(type).remove(name);
  }

  @Nullable Resource get(ResourceType type, String name) {
    return resources(type).get(name);
  }

  Collection<Resource> all(ResourceType type) {
    return resources(type).values();
  }

  /** Versions of what a server gave, by name. */
  Map<String, String> versions(ResourceType type) {
    Map<String, String> versions = new HashMap<>();
    for (Resource resource : all(type)) {
      if (!resource.stale()) {
        versions.put(resource.name(), resource.version());
      }
    }
    return versions;
  }

  /** Whether anything of a type comes from the disk, and no server has confirmed it. */
  boolean hasStale(ResourceType type) {
    return all(type).stream().anyMatch(Resource::stale);
  }

  /** The same, of any type. */
  boolean hasStale() {
    return Stream.of(ResourceType.values()).anyMatch(this::hasStale);
  }

  /** Names and reasons of resources whose newest version is not in use. */
  Map<String, String> refused(ResourceType type) {
    return refused.get(type);
  }

  private Map<String, Resource> resources(ResourceType type) {
    return held.get(type);
  }
}
