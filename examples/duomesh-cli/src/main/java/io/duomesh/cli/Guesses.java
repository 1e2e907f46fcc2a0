package io.duomesh.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameter types that JSON arguments may stand for, the likely ones first. JSON does not tell
 * {@code int} from {@code long} and neither from their boxes, and peers choose a method by its
 * exact types.
 */
final class Guesses {
  /** A server is not asked more often than this. */
  private static final int MOST = 36;

  private Guesses() {}

  /** Lists of types, one type for each argument. */
  static List<List<TypeName>> of(List<JsonElement> arguments) {
    List<List<TypeName>> lists = List.of(List.of());
    for (JsonElement argument : arguments) {
      List<List<TypeName>> longer = new ArrayList<>();
      for (List<TypeName> list : lists) {
        for (String guess : of(argument)) {
          List<TypeName> one = new ArrayList<>(list);
          one.add(TypeName.of(guess));
          longer.add(one);
        }
      }
      lists = longer.size() > MOST ? longer.subList(0, MOST) : longer;
    }
    return lists;
  }

  private static List<String> of(JsonElement argument) {
    if (argument.isJsonArray()) {
      return List.of("java.util.List");
    }
    if (argument instanceof JsonObject object) {
      return List.of(JavaValues.className(object, "java.util.Map"));
    }
    if (argument instanceof JsonPrimitive primitive) {
      if (primitive.isBoolean()) {
        return List.of("boolean", "java.lang.Boolean");
      }
      if (primitive.isNumber()) {
        return number(primitive.getAsBigDecimal());
      }
    }
    return List.of("java.lang.String");
  }

  private static List<String> number(BigDecimal number) {
    Class<?> inferred = JavaValues.number(number.toString()).getClass();
    if (inferred == Integer.class) {
      return List.of("int", "long", "java.lang.Integer", "java.lang.Long", "double");
    }
    if (inferred == Long.class) {
      return List.of("long", "java.lang.Long", "double");
    }
    return inferred == Double.class
        ? List.of("double", "java.lang.Double", "float", "java.math.BigDecimal")
        : List.of("java.math.BigInteger", "java.math.BigDecimal");
  }
}
