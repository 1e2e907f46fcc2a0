package io.duomesh.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON as values of Java types, classes that are not at hand among them. */
final class JavaValues {
  private static final String CLASS = "class";
  private static final Set<String> ANYTHING =
      Set.of(
          "java.lang.Object", "java.io.Serializable", "java.lang.Number", "java.lang.Comparable");
  private static final Set<String> LISTS =
      Set.of(
          "java.lang.Iterable",
          "java.util.Collection",
          "java.util.List",
          "java.util.ArrayList",
          "java.util.LinkedList");
  private static final Set<String> SETS =
      Set.of("java.util.Set", "java.util.HashSet", "java.util.LinkedHashSet");
  private static final Set<String> MAPS =
      Set.of("java.util.Map", "java.util.HashMap", "java.util.LinkedHashMap");

  private JavaValues() {}

  /**
   * The value of a type that a JSON value stands for.
   *
   * @param where what it is, for the message
   * @throws IllegalArgumentException if it stands for none
   */
  static @Nullable Object of(JsonElement json, TypeName type, String where) {
    if (json.isJsonNull()) {
      if (type.isPrimitive()) {
        throw mismatch(json, type, where);
      }
      return null;
    }
    try {
      return value(json, type, where);
    } catch (NumberFormatException | ArithmeticException | java.time.DateTimeException e) {
      throw mismatch(json, type, where);
    }
  }

  private static @Nullable Object value(JsonElement json, TypeName type, String where) {
    if (type.component() != null) {
      return array(json, type, type.component(), where);
    }
    String name = type.name();
    if (ANYTHING.contains(name)) {
      return inferred(json, new LinkedHashMap<>());
    }
    if (LISTS.contains(name)) {
      return collection(json, type, where, new ArrayList<>());
    }
    if (SETS.contains(name)) {
      return collection(json, type, where, new LinkedHashSet<>());
    }
    if (MAPS.contains(name)) {
      return map(json, type, where);
    }
    ScalarTypes.Reader scalar = ScalarTypes.reader(name);
    if (scalar != null) {
      Object value = json instanceof JsonPrimitive primitive ? scalar.read(primitive) : null;
      if (value == null) {
        throw mismatch(json, type, where);
      }
      return value;
    }
    return object(json, type, where);
  }

  /** An object of a class that is not at hand, or, from a string, a constant of an enum. */
  private static Object object(JsonElement json, TypeName type, String where) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (json instanceof JsonObject object) {
      map.put(CLASS, className(object, type.name()));
      fields(object, map);
      return map;
    }
    if (json instanceof JsonPrimitive primitive && primitive.isString()) {
      map.put(CLASS, type.name());
      map.put("name", primitive.getAsString());
      return map;
    }
    throw mismatch(json, type, where);
  }

  private static void fields(JsonObject object, Map<String, @Nullable Object> to) {
    for (Map.Entry<String, JsonElement> field : object.entrySet()) {
      if (!field.getKey().equals(CLASS)) {
        // a map without a type name is read as whatever class the field has
        to.put(field.getKey(), inferred(field.getValue(), new HashMap<>()));
      }
    }
  }

  /** The class that a JSON object says it is of. */
  static String className(JsonObject object, String otherwise) {
    return object.get(CLASS) instanceof JsonPrimitive named && named.isString()
        ? named.getAsString()
        : otherwise;
  }

  private static @Nullable Object inferred(JsonElement json, Map<String, @Nullable Object> empty) {
    if (json instanceof JsonNull) {
      return null;
    }
    if (json instanceof JsonArray array) {
      List<@Nullable Object> list = new ArrayList<>();
      array.forEach(element -> list.add(inferred(element, new HashMap<>())));
      return list;
    }
    if (json instanceof JsonObject object) {
      String className = className(object, "");
      ScalarTypes.Reader scalar = ScalarTypes.reader(className);
      if (scalar != null && object.get("value") instanceof JsonPrimitive value) {
        return scalar.read(value); // {"class": "java.util.Date", "value": "2024-01-02T03:04:05Z"}
      }
      if (!className.isEmpty()) {
        empty = new LinkedHashMap<>();
        empty.put(CLASS, className);
      }
      fields(object, empty);
      return empty;
    }
    JsonPrimitive primitive = json.getAsJsonPrimitive();
    if (primitive.isNumber()) {
      return number(primitive.getAsString());
    }
    return primitive.isBoolean() ? (Object) primitive.getAsBoolean() : primitive.getAsString();
  }

  /** The smallest of int, long and big that holds a whole number; double for others. */
  static Number number(String text) {
    if (!text.matches("-?\\d+")) {
      return Double.valueOf(text);
    }
    BigInteger whole = new BigInteger(text);
    if (whole.bitLength() < Integer.SIZE) {
      return whole.intValue();
    }
    return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
  }

  private static Object collection(
      JsonElement json, TypeName type, String where, Collection<@Nullable Object> into) {
    if (!(json instanceof JsonArray array)) {
      throw mismatch(json, type, where);
    }
    for (JsonElement element : array) {
      into.add(of(element, type.argument(0), where));
    }
    return into;
  }

  private static Object map(JsonElement json, TypeName type, String where) {
    if (!(json instanceof JsonObject object)) {
      throw mismatch(json, type, where);
    }
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Object key = of(new JsonPrimitive(entry.getKey()), type.argument(0), where);
      map.put(key, of(entry.getValue(), type.argument(1), where));
    }
    return map;
  }

  private static Object array(JsonElement json, TypeName type, TypeName component, String where) {
    if (component.wireName().equals("byte")
        && json instanceof JsonPrimitive text
        && text.isString()) {
      try {
        return Base64.getDecoder().decode(text.getAsString());
      } catch (IllegalArgumentException e) {
        throw mismatch(json, type, where + " (base64)");
      }
    }
    if (!(json instanceof JsonArray array)) {
      throw mismatch(json, type, where);
    }
    Object made = Array.newInstance(ScalarTypes.componentClass(component), array.size());
    for (int i = 0; i < array.size(); i++) {
      Array.set(made, i, of(array.get(i), component, where));
    }
    return made;
  }

  private static IllegalArgumentException mismatch(JsonElement json, TypeName type, String where) {
    return new IllegalArgumentException(where + ": " + json + " is no " + type);
  }
}
