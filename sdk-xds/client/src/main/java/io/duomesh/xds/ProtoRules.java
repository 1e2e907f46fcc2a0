package io.duomesh.xds;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.duomesh.xds.proto.validate.FieldRules;
import io.duomesh.xds.proto.validate.MapRules;
import io.duomesh.xds.proto.validate.RepeatedRules;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message against the {@code validate.rules} that Envoy's own files state: what breaks
 * them, Envoy refuses. Messages inside an {@code Any} are checked when they are read.
 */
final class ProtoRules {
  private ProtoRules() {}

  /**
   * Checks a message and all in it.
   *
   * @throws IllegalArgumentException naming the field and what it must be
   */
  static void check(Message message) {
    Descriptor type = message.getDescriptorForType();
    if (type.getFullName().startsWith("google.protobuf.")) {
      return;
    }
    RulePlan plan = RulePlan.of(type);
    for (OneofDescriptor oneof : plan.oneofs()) {
      // An unknown field may be a kind that is newer than this module.
      if (!message.hasOneof(oneof) && message.getUnknownFields().asMap().isEmpty()) {
        throw new Refused(oneof.getName(), "one of its kinds must be set");
      }
    }
    for (RulePlan.Ruled ruled : plan.fields()) {
      try {
        field(message, ruled.field(), ruled.rules());
      } catch (Refused e) {
        throw e.in(ruled.field().getName());
      }
    }
  }

  private static void field(Message message, FieldDescriptor field, FieldRules rules) {
    if (field.isMapField()) {
      entries(message, field, rules.getMap());
    } else if (field.isRepeated()) {
      items((List<?>) message.getField(field), rules.getRepeated());
    } else if (!field.hasPresence() || message.hasField(field)) {
      value(message.getField(field), rules);
    } else if (field.getRealContainingOneof() == null) {
      required(rules);
    }
  }

  private static void required(FieldRules rules) {
    if (rules.getMessage().getRequired()
        || rules.getAny().getRequired()
        || rules.getDuration().getRequired()
        || rules.getTimestamp().getRequired()) {
      throw refused("is required");
    }
  }

  private static void items(List<?> items, RepeatedRules rules) {
    if (items.isEmpty() && rules.getIgnoreEmpty()) {
      return;
    }
    size(items, rules.hasMinItems(), rules.getMinItems(), rules.hasMaxItems(), rules.getMaxItems());
    if (rules.getUnique() && new HashSet<>(items).size() < items.size()) {
      throw refused("has an entry twice");
    }
    for (int i = 0; i < items.size(); i++) {
      try {
        value(items.get(i), rules.getItems());
      } catch (Refused e) {
        throw e.in("[" + i + "]");
      }
    }
  }

  private static void entries(Message message, FieldDescriptor field, MapRules rules) {
    List<?> entries = (List<?>) message.getField(field);
    size(
        entries,
        rules.hasMinPairs(),
        rules.getMinPairs(),
        rules.hasMaxPairs(),
        rules.getMaxPairs());
    FieldDescriptor keyField = field.getMessageType().findFieldByName("key");
    FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
    for (Object entry : entries) {
      Object key = ((Message) entry).getField(keyField);
      try {
        value(key, rules.getKeys());
        value(((Message) entry).getField(valueField), rules.getValues());
      } catch (Refused e) {
        throw e.in("[" + key + "]");
      }
    }
  }

  private static void size(
      Collection<?> all, boolean hasLeast, long least, boolean hasMost, long most) {
    if (hasLeast && all.size() < least) {
      throw refused("needs at least " + least + (least == 1 ? " entry" : " entries"));
    }
    if (hasMost && all.size() > most) {
      throw refused("has " + all.size() + " entries, at most " + most + " are allowed");
    }
  }

  private static void value(Object value, FieldRules rules) {
    if (value instanceof Message message) {
      if (rules.getMessage().getSkip()) {
        return;
      }
      Object wrapped = unwrapped(message);
      if (wrapped == null) {
        ValueRules.message(message, rules);
        check(message);
      } else {
        ValueRules.scalar(wrapped, rules);
      }
    } else {
      ValueRules.scalar(value, rules);
    }
  }

  /** The value of a {@code google.protobuf.UInt32Value} and its like; null for other messages. */
  private static @Nullable Object unwrapped(Message message) {
    Descriptor type = message.getDescriptorForType();
    if (!type.getFullName().startsWith("google.protobuf.") || !type.getName().endsWith("Value")) {
      return null;
    }
    FieldDescriptor only = type.findFieldByNumber(1);
    return type.getFields().size() == 1 && only != null && !only.isRepeated()
        ? message.getField(only)
        : null;
  }

  static IllegalArgumentException refused(String why) {
    return new Refused("", why);
  }

  /** Why a value is refused, and where it stands; the path is built on the way out only. */
  private static final class Refused extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String why;

    Refused(String path, String why) {
      super(path + " " + why);
      this.path = path;
      this.why = why;
    }

    Refused in(String parent) {
      String joint = path.isEmpty() || path.startsWith("[") ? "" : ".";
      return new Refused(parent + joint + path, why);
    }
  }
}
