package io.duomesh.examples.quickstart;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.HashMap;
import java.util.Map;

/** Finds the generated class of a message by its type URL, among those of java-control-plane. */
final class MessageTypes {
  private MessageTypes() {}

  /**
   * The types that a tree names by {@code @type}, at any depth.
   *
   * @throws IllegalArgumentException naming a type that is unknown
   */
  static JsonFormat.TypeRegistry in(Object tree) {
    Map<String, Descriptor> found = new HashMap<>();
    collect(tree, found);
    return JsonFormat.TypeRegistry.newBuilder().add(found.values()).build();
  }

  private static void collect(Object tree, Map<String, Descriptor> found) {
    if (tree instanceof Iterable<?> list) {
      list.forEach(each -> collect(each, found));
    } else if (tree instanceof Map<?, ?> map) {
      if (map.get("@type") instanceof String url) {
        found.computeIfAbsent(
            url, u -> Internal.getDefaultInstance(classOf(u)).getDescriptorForType());
      }
      map.values().forEach(each -> collect(each, found));
    }
  }

  /** The class of a message. */
  static Class<? extends Message> classOf(String typeUrl) {
    String name = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
    String java = name.startsWith("google.protobuf.") ? "com." + name : "io.envoyproxy." + name;
    try {
      return Class.forName(java).asSubclass(Message.class);
    } catch (ClassNotFoundException | ClassCastException e) {
      throw new IllegalArgumentException("unknown type " + name, e);
    }
  }
}
