package io.duomesh.transport.serialization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The class definitions that a stream holds so far, by number; mostly a few, which are looked
 * through. Confined to one thread.
 */
final class DefinedShapes {
  private static final int SCANNED = 16;

  private final List<ClassShape> shapes = new ArrayList<>();
  private final Map<ClassShape, Integer> numbers = new HashMap<>(); // of all, once they are many
  private final Map<List<Object>, ClassShape> byNames = new HashMap<>();

  int size() {
    return shapes.size();
  }

  /** The number of a shape that the stream has, else −1, and it has it from now on. */
  int numberOrAdd(ClassShape shape) {
    int count = shapes.size();
    if (count < SCANNED) {
      for (int i = 0; i < count; i++) {
        if (shapes.get(i) == shape) {
          return i;
        }
      }
    } else {
      if (numbers.isEmpty()) {
        for (int i = 0; i < count; i++) {
          numbers.put(shapes.get(i), i);
        }
      }
      Integer known = numbers.putIfAbsent(shape, count);
      if (known != null) {
        return known;
      }
    }
    shapes.add(shape);
    return -1;
  }

  /** A shape of these names, the same each time: of objects that have no class here. */
  ClassShape named(String className, List<String> fields) {
    return byNames.computeIfAbsent(
        List.of(className, fields), names -> ClassShape.of(className, fields));
  }

  void clear() {
    if (!numbers.isEmpty()) {
      numbers.clear();
    }
    shapes.clear();
    if (!byNames.isEmpty()) {
      byNames.clear();
    }
  }
}
