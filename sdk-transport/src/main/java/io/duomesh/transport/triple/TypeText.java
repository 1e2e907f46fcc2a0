package io.duomesh.transport.triple;

import java.util.Map;

/** Names of types as people write them. */
final class TypeText {
  private static final Map<String, String> PRIMITIVES =
      Map.of(
          "boolean", "Z", "byte", "B", "char", "C", "double", "D", "float", "F", "int", "I", "long",
          "J", "short", "S");

  private TypeText() {}

  /**
   * The {@link Class#getName()} form: {@code java.lang.String[]} is {@code [Ljava.lang.String;}.
   */
  static String className(String type) {
    int dimensions = 0;
    String element = type;
    while (element.endsWith("[]")) {
      element = element.substring(0, element.length() - 2);
      dimensions++;
    }
    return dimensions == 0
        ? type
        : "[".repeat(dimensions) + PRIMITIVES.getOrDefault(element, "L" + element + ";");
  }
}
