package io.duomesh.xds;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the form of proto3 JSON as Envoy does where Java's parser does not: a number or a boolean
 * is no text ({@code prefix: 12} is refused), and a list of one may be written without its
 * brackets.
 */
final class JsonForm {
  private JsonForm() {}

  /**
   * Checks an object and all in it, and adds missing brackets; fields that the type does not have
   * are not its business.
   *
   * @throws IllegalArgumentException naming the field
   */
  static void check(JsonObject json, Descriptor type) {
    String named = XdsJson.type(json);
    Descriptor known = named == null ? type : descriptor(named, type);
    if (known.getFullName().startsWith("google.protobuf.")) {
      return; // of a form of its own
    }
    for (FieldDescriptor field : known.getFields()) {
      check(json, field.getJsonName(), field);
      if (!field.getName().equals(field.getJsonName())) {
        check(json, field.getName(), field);
      }
    }
  }

  private static void check(JsonObject json, String name, FieldDescriptor field) {
    JsonElement value = json.get(name);
    boolean one = value instanceof JsonPrimitive || value instanceof JsonObject;
    if (one && field.isRepeated() && !field.isMapField()) {
      JsonArray list = new JsonArray();
      list.add(value);
      json.add(name, list);
      value = list;
    }
    if (field.getJavaType() == JavaType.STRING || field.getJavaType() == JavaType.MESSAGE) {
      check(value, field);
    }
  }

  private static void check(@Nullable JsonElement value, FieldDescriptor field) {
    if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        FieldPath.in(field.getName() + "[" + at + "]", () -> one(array.get(at), field));
      }
    } else if (value != null) {
      FieldPath.in(field.getName(), () -> one(value, field));
    }
  }

  private static boolean one(JsonElement value, FieldDescriptor field) {
    if (value instanceof JsonPrimitive primitive) {
      if (field.getJavaType() == JavaType.STRING && !primitive.isString()) {
        throw new IllegalArgumentException(value + " (expected: a text)");
      }
    } else if (value instanceof JsonObject object && field.getJavaType() == JavaType.MESSAGE) {
      if (field.isMapField()) {
        FieldDescriptor item = field.getMessageType().findFieldByName("value");
        object.entrySet().forEach(entry -> check(entry.getValue(), item));
      } else {
        check(object, field.getMessageType());
      }
    }
    return true;
  }

  private static Descriptor descriptor(String named, Descriptor otherwise) {
    try {
      Descriptor known = XdsTypes.REGISTRY.getDescriptorForTypeUrl(named);
      return known == null ? otherwise : known;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("@type " + named + " is no type URL", e);
    }
  }
}
