package io.duomesh.xds;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import io.duomesh.xds.proto.validate.FieldRules;
import io.duomesh.xds.proto.validate.ValidateProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What there is to check in one type of message; found once.
 *
 * @param oneofs those of which a kind must be set
 * @param fields those with rules, and those whose messages have some
 */
record RulePlan(List<OneofDescriptor> oneofs, List<Ruled> fields) {
  private static final Map<Descriptor, RulePlan> PLANS = new ConcurrentHashMap<>();

  /** A field and its rules. */
  record Ruled(FieldDescriptor field, FieldRules rules) {}

  /** The plan of a type. */
  static RulePlan of(Descriptor type) {
    RulePlan known = PLANS.get(type);
    if (known == null) {
      known = new RulePlan(oneofs(type), fields(type));
      PLANS.put(type, known);
    }
    return known;
  }

  private static List<OneofDescriptor> oneofs(Descriptor type) {
    return type.getRealOneofs().stream()
        .filter(oneof -> oneof.getOptions().getExtension(ValidateProto.required))
        .toList();
  }

  private static List<Ruled> fields(Descriptor type) {
    List<Ruled> fields = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      // Endpoints come by the hundred thousand; EndpointsParser looks at each itself.
      if (field.getFullName().endsWith(".LocalityLbEndpoints.lb_endpoints")) {
        continue;
      }
      // Istio leaves it out of what it sends to proxyless clients.
      boolean exempt = field.getFullName().endsWith(".HttpConnectionManager.stat_prefix");
      boolean ruled = field.getOptions().hasExtension(ValidateProto.rules) && !exempt;
      if (ruled || field.getJavaType() == JavaType.MESSAGE && isRuled(field.getMessageType())) {
        fields.add(
            new Ruled(
                field,
                ruled
                    ? field.getOptions().getExtension(ValidateProto.rules)
                    : FieldRules.getDefaultInstance()));
      }
    }
    return List.copyOf(fields);
  }

  /** Whether anything in a type, however deep, has rules. */
  private static boolean isRuled(Descriptor type) {
    Set<Descriptor> seen = new HashSet<>();
    Deque<Descriptor> open = new ArrayDeque<>(List.of(type));
    while (!open.isEmpty()) {
      Descriptor next = open.remove();
      if (next.getFullName().startsWith("google.protobuf.") || !seen.add(next)) {
        continue;
      }
      for (OneofDescriptor oneof : next.getRealOneofs()) {
        if (oneof.getOptions().getExtension(ValidateProto.required)) {
          return true;
        }
      }
      for (FieldDescriptor field : next.getFields()) {
        if (field.getOptions().hasExtension(ValidateProto.rules)) {
          return true;
        }
        if (field.getJavaType() == JavaType.MESSAGE) {
          open.add(field.getMessageType());
        }
      }
    }
    return false;
  }
}
