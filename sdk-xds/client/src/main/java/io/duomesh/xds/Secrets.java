package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.duomesh.xds.proto.udpa.annotations.SensitiveProto;
import java.util.List;
import java.util.Map;

/** Leaves out of a message what Envoy's files mark as sensitive: keys, passwords, tokens. */
final class Secrets {
  private Secrets() {}

  /** The bytes of a resource without its secrets; the same bytes where it has none. */
  static ByteString without(ResourceType type, ByteString bytes) {
    if (type != ResourceType.CLUSTER && type != ResourceType.LISTENER) {
      return bytes;
    }
    Any any = Any.newBuilder().setTypeUrl(type.typeUrl()).setValue(bytes).build();
    return without(any).getValue();
  }

  private static Any without(Any any) {
    try {
      Descriptor type = XdsTypes.REGISTRY.getDescriptorForTypeUrl(any.getTypeUrl());
      if (type == null) {
        return any;
      }
      DynamicMessage message = DynamicMessage.parseFrom(type, any.getValue());
      Message.Builder cleaned = message.toBuilder();
      return clean(message, cleaned)
          ? any.toBuilder().setValue(cleaned.build().toByteString()).build()
          : any;
    } catch (InvalidProtocolBufferException e) {
      // What cannot be read cannot be searched for secrets.
      return Any.newBuilder().setTypeUrl(any.getTypeUrl()).build();
    }
  }

  /** Clears what is sensitive; true if anything was. */
  private static boolean clean(Message message, Message.Builder into) {
    boolean changed = false;
    for (Map.Entry<FieldDescriptor, Object> set : message.getAllFields().entrySet()) {
      FieldDescriptor field = set.getKey();
      if (field.getOptions().getExtension(SensitiveProto.sensitive)) {
        into.clearField(field);
        changed = true;
      } else if (field.isRepeated() && set.getValue() instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          if (list.get(i) instanceof Message inner) {
            Message cleaned = cleaned(inner);
            changed |= !cleaned.equals(inner);
            into.setRepeatedField(field, i, cleaned);
          }
        }
      } else if (set.getValue() instanceof Message inner) {
        Message cleaned = cleaned(inner);
        changed |= !cleaned.equals(inner);
        into.setField(field, cleaned);
      }
    }
    return changed;
  }

  private static Message cleaned(Message message) {
    Message.Builder into = message.toBuilder();
    if (message.getDescriptorForType().getFullName().equals("google.protobuf.Any")) {
      FieldDescriptor url = message.getDescriptorForType().findFieldByName("type_url");
      FieldDescriptor value = message.getDescriptorForType().findFieldByName("value");
      Any any =
          Any.newBuilder()
              .setTypeUrl((String) message.getField(url))
              .setValue((ByteString) message.getField(value))
              .build();
      return into.setField(value, without(any).getValue()).build();
    }
    return clean(message, into) ? into.build() : message;
  }
}
