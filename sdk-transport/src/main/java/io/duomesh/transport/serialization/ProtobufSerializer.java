package io.duomesh.transport.serialization;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf messages of generated classes. The class comes from the service's interface, never from
 * the input, so the filter is not asked; nesting is bounded by 100.
 */
public final class ProtobufSerializer implements Serializer {
  private static final ClassValue<Parser<? extends MessageLite>> PARSERS =
      new ClassValue<>() {
        @Override
        protected Parser<? extends MessageLite> computeValue(Class<?> type) {
          try {
            MessageLite prototype = (MessageLite) type.getMethod("getDefaultInstance").invoke(null);
            return prototype.getParserForType();
          } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException(
                type.getName()
                    + " is no generated protobuf message: use one, or choose another serializer"
                    + " for this service",
                e);
          }
        }
      };

  @Override
  public String name() {
    return Serializers.PROTOBUF;
  }

  @Override
  public void write(OutputStream out, @Nullable Object value, Type type, ClassFilter filter)
      throws IOException {
    if (!(value instanceof MessageLite message)) {
      throw new IOException(
          "protobuf writes messages, not "
              + (value == null ? "null" : value.getClass().getName())
              + ": return a message, or choose another serializer for this service");
    }
    message.writeTo(out);
  }

  @Override
  public Object read(InputStream in, Type type, ClassFilter filter) throws IOException {
    Class<?> message = Types.raw(type);
    try {
      return PARSERS.get(message).parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(
          "Input is no "
              + message.getName()
              + ": "
              + e.getMessage()
              + " (do both sides have the same .proto?)",
          e);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
