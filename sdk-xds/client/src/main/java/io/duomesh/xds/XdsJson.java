package io.duomesh.xds;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads messages written as JSON or YAML. An {@code @type} that this module does not carry is read
 * as a {@code TypedStruct} of that type, so that it can still be ignored or refused by name.
 */
final class XdsJson {
  private static final String TYPED_STRUCT = "type.googleapis.com/xds.type.v3.TypedStruct";

  private XdsJson() {}

  /**
   * The tree of a text in either form.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static JsonElement tree(String text) {
    String start = (text.startsWith("\uFEFF") ? text.substring(1) : text).stripLeading();
    try {
      if (start.startsWith("{") || start.startsWith("[")) {
        return JsonParser.parseString(start);
      }
      return new Gson().toJsonTree(Yaml.load(text));
    } catch (NoClassDefFoundError e) {
      throw new IllegalArgumentException(
          "YAML needs org.yaml:snakeyaml on the class path (or write JSON)", e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("neither JSON nor YAML: " + e.getMessage(), e);
    }
  }

  /**
   * A message of a tree. Unknown fields are refused in route tables, as Envoy refuses them in
   * files, because what they would say about a request is lost; elsewhere they are left out.
   *
   * @throws IllegalArgumentException if it is not of the message's form
   */
  static void merge(JsonObject json, Message.Builder into) {
    JsonObject known = (JsonObject) known(json);
    known.remove("@type");
    JsonForm.check(known, into.getDescriptorForType());
    try {
      JsonFormat.Parser parser = JsonFormat.parser().usingTypeRegistry(XdsTypes.REGISTRY);
      boolean strict = into instanceof RouteConfiguration.Builder;
      (strict ? parser : parser.ignoringUnknownFields()).merge(known.toString(), into);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "not a " + into.getDescriptorForType().getFullName() + ": " + e.getMessage(), e);
    }
  }

  private static JsonElement known(JsonElement json) {
    if (json instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(item -> copy.add(known(item)));
      return copy;
    }
    if (!(json instanceof JsonObject object)) {
      return json;
    }
    String type = type(object);
    if (type != null && isUnknown(type)) {
      JsonObject value = object.deepCopy();
      value.remove("@type");
      JsonObject struct = new JsonObject();
      struct.addProperty("@type", TYPED_STRUCT);
      struct.addProperty("type_url", type);
      struct.add("value", value);
      return struct;
    }
    JsonObject copy = new JsonObject();
    object.entrySet().forEach(entry -> copy.add(entry.getKey(), known(entry.getValue())));
    return copy;
  }

  private static boolean isUnknown(String type) {
    try {
      return XdsTypes.REGISTRY.getDescriptorForTypeUrl(type) == null;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("@type " + type + " is no type URL", e);
    }
  }

  /** The {@code @type} of an object; null where it has none. */
  static @Nullable String type(JsonObject object) {
    JsonElement type = object.get("@type");
    return type != null && type.isJsonPrimitive() ? type.getAsString() : null;
  }

  /** Apart, so that JSON can be read where SnakeYAML is missing. */
  private static final class Yaml {
    private static final int MOST_CHARACTERS = 64 << 20;
    private static final int MOST_ALIASES = 10_000;
    private static final int DEEPEST = 200;

    static Object load(String text) {
      var options = new org.yaml.snakeyaml.LoaderOptions();
      options.setCodePointLimit(MOST_CHARACTERS);
      options.setMaxAliasesForCollections(MOST_ALIASES);
      options.setNestingDepthLimit(DEEPEST);
      var constructor = new org.yaml.snakeyaml.constructor.SafeConstructor(options);
      var dumper = new org.yaml.snakeyaml.DumperOptions();
      var representer = new org.yaml.snakeyaml.representer.Representer(dumper);
      Object loaded =
          new org.yaml.snakeyaml.Yaml(constructor, representer, dumper, options, new Scalars())
              .load(text);
      if (loaded == null) {
        throw new IllegalArgumentException("the text is empty");
      }
      return loaded;
    }
  }

  /** What plain scalars mean to Envoy: no dates, no numbers in base 60, fractions stay texts. */
  private static final class Scalars extends org.yaml.snakeyaml.resolver.Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
      addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
      addImplicitResolver(Tag.MERGE, MERGE, "<");
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }

    private static final java.util.regex.Pattern INTEGER =
        java.util.regex.Pattern.compile("[-+]?(?:0|[1-9][0-9]*|0[0-7]+|0x[0-9a-fA-F]+)");
  }
}
