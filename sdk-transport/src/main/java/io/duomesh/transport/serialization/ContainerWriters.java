package io.duomesh.transport.serialization;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lists, sets and maps. The JDK's unnamed ones ({@code List.of}, {@code Collections.unmodifiable…})
 * go as the plain class that every peer can make.
 */
final class ContainerWriters {
  private ContainerWriters() {}

  static ObjectWriter collection(Class<?> type) {
    String name = collectionName(type);
    return (out, value) -> {
      if (out.wroteReference(value)) {
        return;
      }
      // the length stands first, so what may change meanwhile is copied
      Object[] elements = ((Collection<?>) value).toArray();
      boolean ends = out.out().beginList(elements.length, name);
      for (Object element : elements) {
        out.write(element);
      }
      if (ends) {
        out.out().end();
      }
    };
  }

  static ObjectWriter map(Class<?> type) {
    String name = mapName(type);
    return (out, value) -> {
      if (out.wroteReference(value)) {
        return;
      }
      Map<?, ?> map = (Map<?, ?>) value;
      if (out.filter().othersAsMaps()
          && hasTextKeys(map)
          && map.get("class") instanceof String className) {
        writeAsObject(out, map, className);
        return;
      }
      out.out().beginMap(name);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.write(entry.getKey());
        out.write(entry.getValue());
      }
      out.out().end();
    };
  }

  /** Whether a text may be looked up: a sorted map compares it with its own keys. */
  private static boolean hasTextKeys(Map<?, ?> map) {
    return !(map instanceof SortedMap<?, ?> sorted)
        || !sorted.isEmpty() && sorted.firstKey() instanceof String;
  }

  private static void writeAsObject(HessianWriter out, Map<?, ?> map, String className)
      throws java.io.IOException {
    List<String> fields = new ArrayList<>(map.size());
    for (Object key : map.keySet()) {
      if (!"class".equals(key)) {
        fields.add(String.valueOf(key));
      }
    }
    out.beginInstance(out.shape(className, fields));
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!"class".equals(entry.getKey())) {
        out.write(entry.getValue());
      }
    }
  }

  private static @Nullable String collectionName(Class<?> type) {
    if (type == ArrayList.class) {
      return null;
    }
    if (!ObjectWriters.isOfTheJdk(type) || JdkContainers.knows(type.getName())) {
      return type.getName();
    }
    if (SortedSet.class.isAssignableFrom(type)) {
      return TreeSet.class.getName();
    }
    return Set.class.isAssignableFrom(type) ? LinkedHashSet.class.getName() : null;
  }

  private static @Nullable String mapName(Class<?> type) {
    if (type == HashMap.class) {
      return null;
    }
    if (!ObjectWriters.isOfTheJdk(type) || JdkContainers.knows(type.getName())) {
      return type.getName();
    }
    return SortedMap.class.isAssignableFrom(type) ? TreeMap.class.getName() : null;
  }
}
