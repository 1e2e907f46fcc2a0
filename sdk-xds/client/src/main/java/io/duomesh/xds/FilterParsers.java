package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.duomesh.traffic.FilterSpec;
import io.duomesh.traffic.LocalRateLimit;
import io.duomesh.xds.proto.envoy.config.route.v3.FilterConfig;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.duomesh.xds.proto.xds.type.v3.TypedStruct;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** All filter parsers by message type, and what becomes of a filter that none of them reads. */
final class FilterParsers {
  /** Those that the class path brings. */
  static final FilterParsers INSTALLED = load();

  private static final String TYPE_PREFIX = "type.googleapis.com/";

  private final Map<String, XdsFilterParser> byType = new HashMap<>();

  private static FilterParsers load() {
    FilterParsers parsers = new FilterParsers();
    for (XdsFilterParser parser :
        ServiceLoader.load(XdsFilterParser.class, XdsFilterParser.class.getClassLoader())) {
      for (String type : parser.types()) {
        XdsFilterParser other = parsers.byType.put(type, parser);
        if (other != null) {
          throw new IllegalStateException(
              type + ": read by " + other.getClass() + " and by " + parser.getClass());
        }
      }
    }
    return parsers;
  }

  /**
   * A filter of a connection manager.
   *
   * @return null where it is left out
   * @throws IllegalArgumentException if it is not understood and not optional
   */
  @Nullable FilterSpec filter(HttpFilter filter) {
    if (!filter.hasTypedConfig()) {
      if (filter.getIsOptional() || filter.hasConfigDiscovery()) {
        return null;
      }
      throw new IllegalArgumentException("http filter " + filter.getName() + ": no typed_config");
    }
    Object value = parse(filter.getName(), filter.getTypedConfig(), filter.getIsOptional(), false);
    return value == null
        ? null
        : new FilterSpec(filter.getName(), value, filter.getIsOptional(), filter.getDisabled());
  }

  /** Whether a parser reads the filter, whatever it says. */
  boolean understands(HttpFilter filter) {
    return byType.containsKey(effectiveType(filter.getTypedConfig()));
  }

  /** The type that a configuration is of, be it in its own message or in a {@code TypedStruct}. */
  static String effectiveType(Any config) {
    String type = typeOf(config);
    try {
      // Both names of TypedStruct have one layout.
      return type.endsWith(".TypedStruct")
          ? withoutPrefix(TypedStruct.parseFrom(config.getValue()).getTypeUrl())
          : type;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(type + ": " + e.getMessage(), e);
    }
  }

  /**
   * The {@code typed_per_filter_config} of a route, virtual host, route table or weighted cluster.
   *
   * @return by filter name, those that mean nothing left out; {@link FilterSpec.Disabled} for a
   *     filter that is off here
   * @throws IllegalArgumentException naming the filter whose configuration is wrong
   */
  Map<String, Object> perRoute(Map<String, Any> configs) {
    if (configs.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> values = new HashMap<>();
    configs.forEach(
        (name, config) -> {
          Object value = perRoute(name, config);
          if (value != null) {
            values.put(name, value);
          }
        });
    return values;
  }

  private @Nullable Object perRoute(String name, Any config) {
    if (!config.is(FilterConfig.class)) {
      return parse(name, config, false, true);
    }
    FilterConfig wrapped = unpack(name, config);
    if (wrapped.getDisabled()) {
      return new FilterSpec.Disabled();
    }
    if (!wrapped.hasConfig()) {
      throw new IllegalArgumentException("filter " + name + ": the configuration is empty");
    }
    // An empty Any only turns a filter on that is off otherwise; it keeps its own configuration.
    if (wrapped.getConfig().getTypeUrl().isEmpty()) {
      return null;
    }
    if (wrapped.getConfig().is(FilterConfig.class)) {
      throw new IllegalArgumentException("filter " + name + ": a FilterConfig in a FilterConfig");
    }
    return parse(name, wrapped.getConfig(), wrapped.getIsOptional(), true);
  }

  private @Nullable Object parse(String name, Any config, boolean optional, boolean perRoute) {
    String type = typeOf(config);
    try {
      String inner = effectiveType(config);
      XdsFilterParser parser = parserOf(inner, optional, perRoute);
      if (parser == null) {
        return null;
      }
      Object value =
          inner.equals(type)
              ? parser.parse(type, config.getValue().toByteArray(), optional)
              : parser.parseJson(inner, json(config), optional);
      if (perRoute && value instanceof LocalRateLimit limit && limit.bucket() == null) {
        throw new IllegalArgumentException("token_bucket is required here");
      }
      return value;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new IllegalArgumentException("filter " + name + ": " + e.getMessage(), e);
    }
  }

  private @Nullable XdsFilterParser parserOf(String type, boolean optional, boolean perRoute) {
    XdsFilterParser parser = byType.get(type);
    if (parser != null || optional || SupportedFields.TABLE.ignoresFilter(type)) {
      return parser;
    }
    // Whether a filter of Envoy's may be missing is decided where it stands, in the listener.
    if (perRoute && type.startsWith("envoy.extensions.filters.http.")) {
      return null;
    }
    throw new IllegalArgumentException(
        type + " is not supported (remove the filter for this node, or mark it is_optional)");
  }

  private static FilterConfig unpack(String name, Any config) {
    try {
      return config.unpack(FilterConfig.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("filter " + name + ": " + e.getMessage(), e);
    }
  }

  /** Full name of the message in an {@code Any}. */
  static String typeOf(Any any) {
    return withoutPrefix(any.getTypeUrl());
  }

  private static String withoutPrefix(String typeUrl) {
    return typeUrl.startsWith(TYPE_PREFIX)
        ? typeUrl.substring(TYPE_PREFIX.length())
        : typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
  }

  private static String json(Any struct) throws InvalidProtocolBufferException {
    return JsonFormat.printer().print(TypedStruct.parseFrom(struct.getValue()).getValue());
  }
}
