package io.duomesh.transport.serialization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The type names of lists and maps that a stream has named so far; a stream has few. */
final class TypeNames {
  private static final int SCANNED = 8;

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** The number of a name that the stream knows, else −1, and it is known from now on. */
  int numberOrAdd(String name) {
    int number = number(name);
    if (number < 0) {
      if (names.size() >= SCANNED) {
        if (numbers.isEmpty()) {
          for (int i = 0; i < names.size(); i++) {
            numbers.put(names.get(i), i);
          }
        }
        numbers.put(name, names.size());
      }
      names.add(name);
    }
    return number;
  }

  /** The number of a name that the stream knows, else −1. */
  int number(String name) {
    return numbers.isEmpty() ? names.indexOf(name) : numbers.getOrDefault(name, -1);
  }

  void clear() {
    names.clear();
    if (!numbers.isEmpty()) {
      numbers.clear();
    }
  }
}
