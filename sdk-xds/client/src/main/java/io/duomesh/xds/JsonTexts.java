package io.duomesh.xds;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;

/**
 * Refuses numbers and booleans where JSON must have a text, as Envoy does; Java's parser of proto3
 * JSON would take {@code prefix: 12} for the text {@code 12}.
 */
final class JsonTexts {
  private JsonTexts() {}

  /**
   * Checks an object and all in it; fields that the type does not have are not its business.
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
      boolean text = field.getJavaType() == JavaType.STRING && !field.isMapField();
      if (!text && field.getJavaType() != JavaType.MESSAGE) {
        continue;
      }
      check(json.get(field.getJsonName()), field);
      if (!field.getName().equals(field.getJsonName())) {
        check(json.get(field.getName()), field);
      }
    }
  }

  private static void check(JsonElement value, FieldDescriptor field) {
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
