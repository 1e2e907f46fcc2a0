package io.duomesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/** Messages inside an {@code Any}. */
final class Anys {
  private Anys() {}

  /**
   * The message, held against its rules.
   *
   * @throws IllegalArgumentException if it is another one, or breaks its rules
   */
  static <M extends Message> M unpack(Any any, Class<M> type) {
    if (!any.is(type)) {
      throw new IllegalArgumentException(
          FilterParsers.typeOf(any)
              + " is not supported here (expected: "
              + type.getSimpleName()
              + ")");
    }
    try {
      M message = any.unpack(type);
      ProtoRules.check(message);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(FilterParsers.typeOf(any) + ": " + e.getMessage(), e);
    }
  }
}
