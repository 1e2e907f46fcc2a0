package io.duomesh.transport.bolt;

import com.google.protobuf.MessageLite;
import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.PayloadShape;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.serialization.ClassFilter;
import io.duomesh.transport.serialization.Serializer;
import io.duomesh.transport.serialization.Serializers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codecs 11 (Protobuf) and 12 (JSON): a content is the one argument or the result itself, the head
 * names the method. An error is a text: an exception's type is lost, as in SOFARPC.
 */
final class ValueContent implements ContentCodec {
  /**
   * Stock peers take a content without bytes for none at all, so an empty Protobuf message is sent
   * as field 536870911 (the last there is) = 0, which its reader does not know and leaves aside.
   */
  private static final byte[] EMPTY_MESSAGE = {-8, -1, -1, -1, 15, 0};

  private final int id;
  private final String serializer;

  /**
   * A codec.
   *
   * @param id its number in frames
   * @param serializer the name of what writes its values
   */
  ValueContent(int id, String serializer) {
    this.id = id;
    this.serializer = serializer;
  }

  @Override
  public int id() {
    return id;
  }

  private Serializer serializer() {
    return Serializers.named(serializer);
  }

  @Override
  public void writeRequest(OutputStream out, Invocation invocation, @Nullable Object message)
      throws IOException {
    MethodDescriptor method = invocation.method();
    if (method.shape() instanceof PayloadShape.Message shape) {
      write(out, message, shape.requestType());
      return;
    }
    List<Type> types = ((PayloadShape.Arguments) method.shape()).parameterTypes();
    Object[] arguments = message == null ? new Object[0] : (Object[]) message;
    if (arguments.length == 1) {
      write(out, arguments[0], types.get(0));
    } else if (id == BoltFrame.JSON) {
      write(out, arguments, Object[].class);
    } else {
      throw new IOException("takes " + arguments.length + " arguments (expected: one message)");
    }
  }

  private void write(OutputStream out, @Nullable Object value, Type type) throws IOException {
    if (id == BoltFrame.PROTOBUF
        && value instanceof MessageLite message
        && message.getSerializedSize() == 0) {
      out.write(EMPTY_MESSAGE);
    } else {
      serializer().write(out, value, type, ClassFilter.JDK_ONLY);
    }
  }

  @Override
  public Request readRequest(BoltFrame frame, ServiceDefinition service, RequestHead head)
      throws IOException {
    ServerMethod method = head.methodOf(service);
    if (method.descriptor().shape() instanceof PayloadShape.Message shape) {
      return new Request(method, read(frame, shape.requestType()));
    }
    List<Type> types = ((PayloadShape.Arguments) method.descriptor().shape()).parameterTypes();
    if (types.size() == 1) {
      return new Request(method, new @Nullable Object[] {read(frame, types.get(0))});
    }
    if (id != BoltFrame.JSON) {
      throw new IOException("takes " + types.size() + " arguments (expected: one message)");
    }
    return new Request(method, JsonArguments.read(frame.contentBytes(), types, serializer()));
  }

  private @Nullable Object read(BoltFrame frame, Type type) throws IOException {
    boolean empty =
        frame.contentLength() == EMPTY_MESSAGE.length
            && id == BoltFrame.PROTOBUF
            && Arrays.equals(frame.contentBytes(), EMPTY_MESSAGE);
    return serializer()
        .read(empty ? InputStream.nullInputStream() : frame.content(), type, ClassFilter.JDK_ONLY);
  }

  @Override
  public void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException {
    write(out, result, resultType(method));
  }

  @Override
  public @Nullable Object readResponse(BoltFrame frame, MethodDescriptor method)
      throws IOException {
    Type type = resultType(method);
    return type == void.class ? null : read(frame, type);
  }

  private static Type resultType(MethodDescriptor method) {
    return method.shape() instanceof PayloadShape.Message shape
        ? shape.responseType()
        : ((PayloadShape.Arguments) method.shape()).resultType();
  }

  @Override
  public String readError(BoltFrame frame) throws IOException {
    if (id == BoltFrame.JSON) {
      return String.valueOf(read(frame, String.class));
    }
    return new String(frame.contentBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void writeError(OutputStream out, Status status) throws IOException {
    if (id == BoltFrame.JSON) {
      write(out, status.message(), String.class);
    } else {
      out.write(status.message().getBytes(StandardCharsets.UTF_8));
    }
  }
}
