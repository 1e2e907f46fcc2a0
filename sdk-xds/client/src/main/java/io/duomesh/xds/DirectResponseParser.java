package io.duomesh.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.duomesh.traffic.BodyFormat;
import io.duomesh.traffic.RouteAction;
import io.duomesh.xds.proto.envoy.config.core.v3.DataSource;
import io.duomesh.xds.proto.envoy.config.core.v3.SubstitutionFormatString;
import io.duomesh.xds.proto.envoy.config.route.v3.DirectResponseAction;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code DirectResponseAction}. */
final class DirectResponseParser {
  private DirectResponseParser() {}

  static RouteAction.DirectResponse parse(DirectResponseAction response, int maxBody) {
    String body = response.hasBody() ? FieldPath.in("body", () -> text(response.getBody())) : "";
    long size = body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (maxBody != 0 && size > Integer.toUnsignedLong(maxBody)) {
      throw new IllegalArgumentException(
          "body: response body size is " + size + " bytes; maximum is " + maxBody);
    }
    BodyFormat format =
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

  private static BodyFormat format(SubstitutionFormatString format) {
    Object template =
        switch (format.getFormatCase()) {
          case TEXT_FORMAT -> checked(format.getTextFormat());
          case TEXT_FORMAT_SOURCE -> checked(text(format.getTextFormatSource()));
          default -> object(format.getJsonFormat());
        };
    return new BodyFormat(template, format.getOmitEmptyValues());
  }

  /** The one command that Envoy knows in headers and not in bodies is refused. */
  private static String checked(String format) {
    if (format.contains("%PER_REQUEST_STATE(")) {
      throw new IllegalArgumentException("format string: no command PER_REQUEST_STATE in bodies");
    }
    return FormatStrings.checked(format);
  }

  private static Map<String, @Nullable Object> object(Struct struct) {
    Map<String, @Nullable Object> fields = new HashMap<>();
    struct.getFieldsMap().forEach((name, value) -> fields.put(name, value(value)));
    return fields;
  }

  private static @Nullable Object value(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> object(value.getStructValue());
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream().map(DirectResponseParser::value).toList();
      case NUMBER_VALUE -> value.getNumberValue();
      case BOOL_VALUE -> value.getBoolValue();
      case STRING_VALUE -> checked(value.getStringValue());
      default -> null;
    };
  }
}
