package io.duomesh.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.duomesh.traffic.RouteAction;
import io.duomesh.xds.proto.envoy.config.core.v3.DataSource;
import io.duomesh.xds.proto.envoy.config.core.v3.SubstitutionFormatString;
import io.duomesh.xds.proto.envoy.config.route.v3.DirectResponseAction;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads {@code DirectResponseAction}. */
final class DirectResponseParser {
  private DirectResponseParser() {}

  static RouteAction.DirectResponse parse(DirectResponseAction response, int maxBody) {
    String body = response.hasBody() ? FieldPath.in("body", () -> text(response.getBody())) : "";
    long size = body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (size > Integer.toUnsignedLong(maxBody)) {
      throw new IllegalArgumentException(
          "body: response body size is " + size + " bytes; maximum is " + maxBody);
    }
    String format =
        response.hasBodyFormat()
            ? FieldPath.in("body_format", () -> format(response.getBodyFormat()))
            : null;
    return new RouteAction.DirectResponse(response.getStatus(), body, format);
  }

  private static String text(DataSource source) {
    return switch (source.getSpecifierCase()) {
      case INLINE_STRING -> source.getInlineString();
      case INLINE_BYTES -> source.getInlineBytes().toStringUtf8();
      default ->
          throw new IllegalArgumentException(
              source.getSpecifierCase() + " is not read from a remote server's word");
    };
  }

  private static String format(SubstitutionFormatString format) {
    return FormatStrings.checked(
        switch (format.getFormatCase()) {
          case TEXT_FORMAT -> format.getTextFormat();
          case TEXT_FORMAT_SOURCE -> text(format.getTextFormatSource());
          default -> json(format.getJsonFormat());
        });
  }

  /** A format string that yields the JSON text, keys sorted as Envoy sorts them. */
  private static String json(Struct struct) {
    Map<String, Value> fields = new TreeMap<>(struct.getFieldsMap());
    return fields.entrySet().stream()
        .map(field -> quoted(field.getKey().replace("%", "%%")) + ":" + json(field.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String json(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> json(value.getStructValue());
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream()
              .map(DirectResponseParser::json)
              .collect(Collectors.joining(",", "[", "]"));
      case NUMBER_VALUE -> {
        double number = value.getNumberValue();
        yield number == Math.rint(number) && Math.abs(number) < 1e15
            ? Long.toString((long) number)
            : Double.toString(number);
      }
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case STRING_VALUE -> quoted(value.getStringValue());
      default -> "null";
    };
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
