package io.duomesh.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parser of one of the messages that this module carries, in either form.
 *
 * @param <M> the message
 */
abstract class MessageFilterParser<M extends Message> implements XdsFilterParser {
  private final M prototype;

  MessageFilterParser(M prototype) {
    this.prototype = prototype;
  }

  @Override
  public final Set<String> types() {
    return Set.of(prototype.getDescriptorForType().getFullName());
  }

  @Override
  public final @Nullable Object parse(String type, byte[] message, boolean optional) {
    try {
      return checked(prototype.newBuilderForType().mergeFrom(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(type + ": " + e.getMessage(), e);
    }
  }

  @Override
  public final @Nullable Object parseJson(String type, String json, boolean optional) {
    Message.Builder builder = prototype.newBuilderForType();
    try {
      JsonFormat.parser().usingTypeRegistry(XdsTypes.REGISTRY).merge(json, builder);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(type + ": " + e.getMessage(), e);
    }
    return checked(builder);
  }

  @SuppressWarnings("unchecked")
  private @Nullable Object checked(Message.Builder builder) {
    M message = (M) builder.build();
    ProtoRules.check(message);
    SupportedFields.TABLE.check(message);
    return value(message);
  }

  /** The value of a message that keeps its own rules; null where it asks for nothing. */
  abstract @Nullable Object value(M message);
}
