package io.duomesh.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Java type as an operator writes it: {@code int}, {@code demo.Order}, {@code demo.Order[]},
 * {@code java.util.List<demo.Order>}; the common ones of {@code java.lang} and {@code java.util}
 * without their package.
 *
 * @param name the class's name; the component's for an array
 * @param arguments its type arguments, which go into the values and not onto the wire
 * @param component of an array; null for others
 */
record TypeName(String name, List<TypeName> arguments, @Nullable TypeName component) {
  static final TypeName OBJECT = new TypeName("java.lang.Object", List.of(), null);

  private static final Map<String, String> PRIMITIVES =
      Map.of(
          "boolean", "Z", "byte", "B", "char", "C", "short", "S", "int", "I", "long", "J", "float",
          "F", "double", "D");
  private static final Map<String, List<String>> SHORT =
      Map.of(
          "java.lang.",
          List.of(
              "Object",
              "String",
              "Boolean",
              "Byte",
              "Character",
              "Short",
              "Integer",
              "Long",
              "Float",
              "Double"),
          "java.util.",
          List.of("List", "Set", "Map", "Collection", "Date", "UUID"),
          "java.math.",
          List.of("BigDecimal", "BigInteger"));

  /**
   * Parses one type.
   *
   * @throws IllegalArgumentException if it is none
   */
  static TypeName of(String text) {
    String trimmed = text.trim();
    if (trimmed.endsWith("[]")) {
      TypeName of = of(trimmed.substring(0, trimmed.length() - 2));
      return new TypeName(of.name, List.of(), of);
    }
    if (trimmed.startsWith("[")) {
      TypeName of = ofDescriptor(trimmed.substring(1));
      return new TypeName(of.name, List.of(), of);
    }
    int open = trimmed.indexOf('<');
    String name = open < 0 ? trimmed : trimmed.substring(0, open);
    if (!name.matches("[\\p{javaJavaIdentifierStart}][\\p{javaJavaIdentifierPart}.]*")
        || (open > 0 && !trimmed.endsWith(">"))) {
      throw new IllegalArgumentException(
          "type: " + text + " (expected: a Java type such as int or demo.Order)");
    }
    return new TypeName(
        qualified(name),
        open < 0 ? List.of() : list(trimmed.substring(open + 1, trimmed.length() - 1)),
        null);
  }

  private static TypeName ofDescriptor(String text) {
    if (text.startsWith("L") && text.endsWith(";")) {
      return of(text.substring(1, text.length() - 1));
    }
    for (Map.Entry<String, String> primitive : PRIMITIVES.entrySet()) {
      if (primitive.getValue().equals(text)) {
        return of(primitive.getKey());
      }
    }
    return of(text);
  }

  /** Parses types between commas; none where the text is blank. */
  static List<TypeName> list(String text) {
    List<TypeName> types = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '<' ? 1 : c == '>' ? -1 : 0;
      if (c == ',' && depth == 0) {
        types.add(of(text.substring(from, i)));
        from = i + 1;
      }
    }
    if (from > 0 || !text.isBlank()) {
      types.add(of(text.substring(from)));
    }
    return types;
  }

  private static String qualified(String name) {
    for (Map.Entry<String, List<String>> known : SHORT.entrySet()) {
      if (known.getValue().contains(name)) {
        return known.getKey() + name;
      }
    }
    return name;
  }

  boolean isPrimitive() {
    return component == null && PRIMITIVES.containsKey(name);
  }

  /** A type argument; {@link #OBJECT} where none is written. */
  TypeName argument(int index) {
    return index < arguments.size() ? arguments.get(index) : OBJECT;
  }

  /** What {@link Class#getName()} says of it, as peers match it. */
  String wireName() {
    if (component == null) {
      return name;
    }
    if (component.component != null) {
      return "[" + component.wireName();
    }
    String primitive = PRIMITIVES.get(name);
    return primitive != null ? "[" + primitive : "[L" + name + ";";
  }

  @Override
  public String toString() {
    return wireName();
  }
}
