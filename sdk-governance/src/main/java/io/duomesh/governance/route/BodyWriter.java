package io.duomesh.governance.route;

import io.duomesh.traffic.BodyFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link BodyFormat} made ready. Immutable. */
final class BodyWriter {
  private final @Nullable Object template;
  private final boolean omitEmpty;
  private final String absent;

  BodyWriter(BodyFormat format) {
    template = compiled(format.template());
    omitEmpty = format.omitEmptyValues();
    absent = omitEmpty ? "" : "-";
  }

  private static @Nullable Object compiled(@Nullable Object template) {
    if (template instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      map.forEach((name, value) -> fields.put((String) name, compiled(value)));
      return fields;
    }
    if (template instanceof List<?> list) {
      return list.stream().map(BodyWriter::compiled).toList();
    }
    return template instanceof String format ? Format.of(format) : template;
  }

  String write(Format.Context context) {
    if (template instanceof Format text) {
      return text.apply(context, absent);
    }
    String json = json(template, context);
    return (json == null ? "{}" : json) + "\n";
  }

  /** JSON of a part; null for one that is left out. */
  private @Nullable String json(@Nullable Object part, Format.Context context) {
    if (part == null) {
      return omitEmpty ? null : "null";
    }
    if (part instanceof Map<?, ?> map) {
      List<String> fields = new ArrayList<>();
      map.forEach(
          (name, value) -> {
            String json = json(value, context);
            if (json != null) {
              fields.add(quoted((String) name) + ":" + json);
            }
          });
      return fields.isEmpty() && omitEmpty ? null : "{" + String.join(",", fields) + "}";
    }
    if (part instanceof List<?> list) {
      List<String> items = new ArrayList<>();
      for (Object item : list) {
        String json = json(item, context);
        if (json != null) {
          items.add(json);
        }
      }
      return "[" + String.join(",", items) + "]";
    }
    if (part instanceof Format format) {
      return format.isOneCommand() ? typed(format, context) : quoted(format.apply(context, absent));
    }
    return part instanceof Double number ? number(number) : String.valueOf(part);
  }

  /** A command that stands alone keeps its type. */
  private @Nullable String typed(Format format, Format.Context context) {
    String value = format.command(context);
    if (value == null) {
      return omitEmpty ? null : "null";
    }
    return format.isNumber() ? value : quoted(value);
  }

  /** The shorter one of {@code 1500000} and {@code 1.5e+06}. */
  private static String number(double number) {
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    boolean whole = number == Math.rint(number);
    String plain = whole ? new BigDecimal(number).toBigInteger().toString() : exact.toPlainString();
    String digits = exact.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - exact.scale();
    String scientific =
        String.format(
            "%s%s%se%s%02d",
            number < 0 ? "-" : "",
            digits.charAt(0),
            digits.length() == 1 ? "" : "." + digits.substring(1),
            exponent < 0 ? "-" : "+",
            Math.abs(exponent));
    return scientific.length() < plain.length() ? scientific : plain;
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
