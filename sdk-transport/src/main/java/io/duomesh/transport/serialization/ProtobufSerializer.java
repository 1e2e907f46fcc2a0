package io.duomesh.transport.serialization;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf messages of generated classes. The class comes from the service's interface, never from
 * the input, so the filter is not asked.
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
                type.getName() + " is no generated protobuf message", e);
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
    try {
      return PARSERS.get(Types.raw(type)).parseFrom(in);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
