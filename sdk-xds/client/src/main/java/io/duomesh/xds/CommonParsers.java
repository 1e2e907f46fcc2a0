package io.duomesh.xds;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.duomesh.traffic.RuntimeFraction;
import io.duomesh.xds.proto.envoy.config.core.v3.Metadata;
import io.duomesh.xds.proto.envoy.config.core.v3.RuntimeFractionalPercent;
import io.duomesh.xds.proto.envoy.type.v3.FractionalPercent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads small messages that several resources have in common. */
final class CommonParsers {
  private CommonParsers() {}

  static RuntimeFraction fraction(RuntimeFractionalPercent fraction) {
    FractionalPercent share = fraction.getDefaultValue();
    return new RuntimeFraction(
        fraction.getRuntimeKey(), Integer.toUnsignedLong(share.getNumerator()), denominator(share));
  }

  static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static int denominator(FractionalPercent share) {
    return switch (share.getDenominator()) {
      case TEN_THOUSAND -> 10_000;
      case MILLION -> 1_000_000;
      default -> 100;
    };
  }

  /** {@code filter_metadata} as plain maps; {@code typed_filter_metadata} is not read. */
  static Map<String, Map<String, Object>> metadata(Metadata metadata) {
    Map<String, Map<String, Object>> plain = new LinkedHashMap<>();
    metadata.getFilterMetadataMap().forEach((name, struct) -> plain.put(name, plain(struct)));
    return plain;
  }

  /** A struct as plain maps, lists, strings, doubles and booleans; nulls are left out. */
  static Map<String, Object> plain(Struct struct) {
    Map<String, Object> plain = new LinkedHashMap<>();
    struct
        .getFieldsMap()
        .forEach(
            (name, value) -> {
              if (isValue(value)) {
                plain.put(name, plain(value));
              }
            });
    return plain;
  }

  private static boolean isValue(Value value) {
    return value.getKindCase() != Value.KindCase.NULL_VALUE
        && value.getKindCase() != Value.KindCase.KIND_NOT_SET;
  }

  private static Object plain(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> value.getNumberValue();
      case BOOL_VALUE -> value.getBoolValue();
      case STRUCT_VALUE -> plain(value.getStructValue());
      case LIST_VALUE -> plain(value.getListValue());
      default -> value.getStringValue();
    };
  }

  private static List<Object> plain(ListValue list) {
    List<Object> plain = new ArrayList<>();
    for (Value value : list.getValuesList()) {
      if (isValue(value)) {
        plain.add(plain(value));
      }
    }
    return plain;
  }
}
