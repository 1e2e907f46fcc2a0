package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.duomesh.xds.proto.validate.DurationRules;
import io.duomesh.xds.proto.validate.EnumRules;
import io.duomesh.xds.proto.validate.FieldRules;
import io.duomesh.xds.proto.validate.KnownRegex;
import io.duomesh.xds.proto.validate.StringRules;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The rules of {@code validate.proto} for one value. */
final class ValueRules {
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
  private static final String HEADER_NAME = "^:?[0-9a-zA-Z!#$%&'*+\\-.^_|~`]+$";
  private static final String HEADER_VALUE = "^[^\\x00-\\x08\\x0A-\\x1F\\x7F]*$";
  private static final String NO_LINE_BREAK = "^[^\\x00\\x0A\\x0D]*$";

  private ValueRules() {}

  static void message(Message message, FieldRules rules) {
    if (message instanceof Duration duration && rules.hasDuration()) {
      duration(duration, rules.getDuration());
    } else if (message instanceof Any any && rules.hasAny()) {
      boolean listed = rules.getAny().getInList().contains(any.getTypeUrl());
      if (rules.getAny().getInCount() > 0 && !listed) {
        throw ProtoRules.refused("cannot be a " + any.getTypeUrl());
      }
    }
  }

  static void scalar(Object value, FieldRules rules) {
    if (value instanceof String text) {
      text(text, rules.getString());
    } else if (value instanceof ByteString bytes) {
      if (bytes.size() < rules.getBytes().getMinLen()) {
        throw ProtoRules.refused("must not be empty");
      }
    } else if (value instanceof EnumValueDescriptor constant) {
      enumeration(constant, rules.getEnum());
    } else if (value instanceof Number number) {
      number(number, rules);
    } else if (value instanceof Boolean flag
        && rules.getBool().hasConst()
        && rules.getBool().getConst() != flag) {
      throw ProtoRules.refused("must be " + rules.getBool().getConst());
    }
  }

  private static void duration(Duration value, DurationRules rules) {
    if (!Durations.isValid(value)) {
      throw ProtoRules.refused("is no duration");
    }
    if (rules.hasGt() && Durations.compare(value, rules.getGt()) <= 0) {
      throw ProtoRules.refused("must be more than " + Durations.toString(rules.getGt()));
    }
    if (rules.hasGte() && Durations.compare(value, rules.getGte()) < 0) {
      throw ProtoRules.refused("must be at least " + Durations.toString(rules.getGte()));
    }
    if (rules.hasLt() && Durations.compare(value, rules.getLt()) >= 0) {
      throw ProtoRules.refused("must be less than " + Durations.toString(rules.getLt()));
    }
    if (rules.hasLte() && Durations.compare(value, rules.getLte()) > 0) {
      throw ProtoRules.refused("must be at most " + Durations.toString(rules.getLte()));
    }
  }

  private static void enumeration(EnumValueDescriptor value, EnumRules rules) {
    int number = value.getNumber();
    if (rules.getDefinedOnly() && value.getType().findValueByNumber(number) == null) {
      throw ProtoRules.refused("has the unknown value " + number);
    }
    if (rules.getNotInList().contains(number)
        || rules.getInCount() > 0 && !rules.getInList().contains(number)) {
      throw ProtoRules.refused("cannot be " + value.getName());
    }
  }

  private static void text(String value, StringRules rules) {
    if (value.isEmpty() && rules.getIgnoreEmpty()) {
      return;
    }
    long points = value.codePointCount(0, value.length());
    if (points < rules.getMinLen() || rules.hasMinBytes() && utf8(value) < rules.getMinBytes()) {
      throw ProtoRules.refused(value.isEmpty() ? "must not be empty" : "is too short");
    }
    if (rules.hasMaxLen() && points > rules.getMaxLen()
        || rules.hasMaxBytes() && utf8(value) > rules.getMaxBytes()) {
      throw ProtoRules.refused("is too long");
    }
    boolean listed = rules.getInList().contains(value);
    if (rules.getInCount() > 0 && !listed || rules.getNotInList().contains(value)) {
      throw ProtoRules.refused("cannot be \"" + value + "\"");
    }
    if (!value.startsWith(rules.getPrefix())
        || !value.endsWith(rules.getSuffix())
        || rules.hasPattern() && !matches(rules.getPattern(), value)
        || !matchesKnown(rules, value)) {
      throw ProtoRules.refused("has the wrong form: \"" + value + "\"");
    }
  }

  private static boolean matchesKnown(StringRules rules, String value) {
    boolean strict = !rules.hasStrict() || rules.getStrict();
    if (rules.getWellKnownRegex() == KnownRegex.HTTP_HEADER_NAME) {
      return matches(strict ? HEADER_NAME : NO_LINE_BREAK, value);
    }
    return rules.getWellKnownRegex() != KnownRegex.HTTP_HEADER_VALUE
        || matches(strict ? HEADER_VALUE : NO_LINE_BREAK, value);
  }

  private static boolean matches(String regex, String value) {
    return PATTERNS.computeIfAbsent(regex, ValueRules::compiled).matcher(value).find();
  }

  /** RE2's {@code $} is the very end; Java's would let a line break pass. */
  private static Pattern compiled(String regex) {
    return Pattern.compile(
        regex.endsWith("$") ? regex.substring(0, regex.length() - 1) + "\\z" : regex);
  }

  private static int utf8(String value) {
    return ByteString.copyFromUtf8(value).size();
  }

  /** Number rules have one form for all types: {@code const, lt, lte, gt, gte, in, not_in}. */
  private static void number(Number value, FieldRules rules) {
    FieldDescriptor kind =
        rules.getOneofFieldDescriptor(FieldRules.getDescriptor().getOneofs().get(0));
    if (kind == null || !(rules.getField(kind) instanceof Message limits)) {
      return;
    }
    boolean unsigned = kind.getName().startsWith("uint") || kind.getName().startsWith("fixed");
    BigDecimal actual = decimal(value, unsigned);
    for (Map.Entry<FieldDescriptor, Object> limit : limits.getAllFields().entrySet()) {
      String rule = limit.getKey().getName();
      boolean holds =
          switch (rule) {
            case "const" -> actual.compareTo(decimal(limit.getValue(), unsigned)) == 0;
            case "lt" -> actual.compareTo(decimal(limit.getValue(), unsigned)) < 0;
            case "lte" -> actual.compareTo(decimal(limit.getValue(), unsigned)) <= 0;
            case "gt" -> actual.compareTo(decimal(limit.getValue(), unsigned)) > 0;
            case "gte" -> actual.compareTo(decimal(limit.getValue(), unsigned)) >= 0;
            case "in" -> ((List<?>) limit.getValue()).contains(value);
            case "not_in" -> !((List<?>) limit.getValue()).contains(value);
            default -> true;
          };
      if (!holds && !(value.doubleValue() == 0 && ignoresEmpty(limits))) {
        throw ProtoRules.refused("is " + actual + ", must be " + rule + " " + limit.getValue());
      }
    }
  }

  private static boolean ignoresEmpty(Message limits) {
    FieldDescriptor field = limits.getDescriptorForType().findFieldByName("ignore_empty");
    return field != null && (Boolean) limits.getField(field);
  }

  private static BigDecimal decimal(Object number, boolean unsigned) {
    if (number instanceof Integer i) {
      return BigDecimal.valueOf(unsigned ? Integer.toUnsignedLong(i) : i);
    }
    if (number instanceof Long l) {
      return unsigned ? new BigDecimal(Long.toUnsignedString(l)) : BigDecimal.valueOf(l);
    }
    double value = ((Number) number).doubleValue();
    // Not a number and the infinities break every limit that Envoy sets.
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value)
        : BigDecimal.valueOf(Double.MAX_VALUE);
  }
}
