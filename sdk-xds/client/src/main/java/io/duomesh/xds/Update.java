package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a response says, in either protocol.
 *
 * @param type the type it is about
 * @param items the resources in it
 * @param removed names that it says are gone, or were never there
 * @param complete whether resources of the type that are not in it are gone
 * @param ttls how long resources live without being named again, by name; those of {@code items}
 *     and those of which it says nothing else (heartbeats)
 * @param errors why resources cannot be given for now, by name; what is held of them stays
 */
record Update(
    ResourceType type,
    List<Item> items,
    Collection<String> removed,
    boolean complete,
    Map<String, Duration> ttls,
    Map<String, String> errors) {

  /** Without times to live, and without errors. */
  Update(ResourceType type, List<Item> items, Collection<String> removed, boolean complete) {
    this(type, items, removed, complete, Map.of(), Map.of());
  }

  /**
   * A resource as it came.
   *
   * @param name its name
   * @param typeUrl what it says it is
   * @param bytes its message
   * @param version its version, opaque
   */
  record Item(String name, String typeUrl, ByteString bytes, String version) {
    static Item of(String name, Any any, String version) {
      return new Item(name, any.getTypeUrl(), any.getValue(), version);
    }
  }

  /** Why nothing of it can be taken; null if it can. */
  @Nullable String contradiction() {
    Set<String> names = new HashSet<>();
    for (Item item : items) {
      if (!names.add(item.name())) {
        return "duplicate name " + item.name() + " in one response";
      }
    }
    for (String name : removed) {
      if (names.contains(name)) {
        return name + " is both sent and removed in one response";
      }
    }
    return null;
  }

  /**
   * Why resources of it cannot be used, in one text.
   *
   * @param refused reasons by name
   * @param errors the runtime's reasons, by {@code type/name}, of whatever resources
   * @return null where all can be used
   */
  @Nullable String refusal(Map<String, String> refused, Map<String, String> errors) {
    Map<String, String> all = new HashMap<>(refused);
    for (Item item : items) {
      errors.forEach(
          (key, why) -> {
            if (key.substring(key.indexOf('/') + 1).equals(item.name())) {
              all.put(item.name(), why);
            }
          });
    }
    StringJoiner text = new StringJoiner("; ");
    all.forEach((name, why) -> text.add(type + " " + name + ": " + why));
    return all.isEmpty() ? null : text.toString();
  }
}
