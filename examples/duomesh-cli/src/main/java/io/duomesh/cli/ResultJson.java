package io.duomesh.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.Array;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results as JSON. Objects keep the name of their class under {@code class}, so that a result may
 * be an argument again; bytes are base64, times ISO-8601; an object inside itself is {@code
 * {"$ref": PATH}}.
 */
final class ResultJson {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final IdentityHashMap<Object, String> around = new IdentityHashMap<>();

  private ResultJson() {}

  /** A value as JSON on one line. */
  static String text(@Nullable Object value) {
    return GSON.toJson(of(value));
  }

  /** A value as JSON. */
  static JsonElement of(@Nullable Object value) {
    return new ResultJson().element(value, "$");
  }

  private JsonElement element(@Nullable Object value, String path) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    }
    if (value instanceof Number number) {
      boolean finite = Double.isFinite(number.doubleValue()) || !isFloating(number);
      return finite ? new JsonPrimitive(number) : new JsonPrimitive(number.toString());
    }
    if (value instanceof byte[] bytes) {
      return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes));
    }
    if (value instanceof Date date) {
      return new JsonPrimitive(date.toInstant().toString());
    }
    if (!(value instanceof Map || value instanceof Collection || value.getClass().isArray())) {
      return new JsonPrimitive(value.toString());
    }
    String outer = around.putIfAbsent(value, path);
    if (outer != null) {
      JsonObject reference = new JsonObject();
      reference.addProperty("$ref", outer);
      return reference;
    }
    JsonElement json = compound(value, path);
    around.remove(value);
    return json;
  }

  private static boolean isFloating(Number number) {
    return number instanceof Double || number instanceof Float;
  }

  private JsonElement compound(Object value, String path) {
    if (value instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach(
          (key, each) -> {
            String name = key instanceof Map || key instanceof Collection ? text(key) : key + "";
            object.add(name, element(each, path + "." + name));
          });
      return object;
    }
    JsonArray array = new JsonArray();
    if (value instanceof Collection<?> collection) {
      for (Object each : collection) {
        array.add(element(each, path + "[" + array.size() + "]"));
      }
    } else {
      for (int i = 0; i < Array.getLength(value); i++) {
        array.add(element(Array.get(value, i), path + "[" + i + "]"));
      }
    }
    return array;
  }
}
