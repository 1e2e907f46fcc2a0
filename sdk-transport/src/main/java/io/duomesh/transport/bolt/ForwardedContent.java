package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.ServiceDefinition.ServerMethod;
import io.duomesh.Status;
import io.duomesh.transport.BoltMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Messages that pass as they are, {@link BoltMessage}. A server's own errors have the form that the
 * caller's codec asks for.
 */
final class ForwardedContent implements ContentCodec {
  private final ContentCodec errors;

  ForwardedContent(ContentCodec errors) {
    this.errors = errors;
  }

  @Override
  public int id() {
    return errors.id();
  }

  @Override
  public RequestForm form(MethodDescriptor method, String application) {
    return PlainRequestForm.INSTANCE;
  }

  @Override
  public void writeRequest(OutputStream out, Invocation invocation, @Nullable Object message)
      throws IOException {
    write(out, message);
  }

  private static void write(OutputStream out, @Nullable Object message) throws IOException {
    if (!(message instanceof BoltMessage raw)) {
      throw new IOException("message is " + message + " (expected: a BoltMessage)");
    }
    out.write(raw.content());
  }

  /** A frame's message. */
  private static BoltMessage message(BoltFrame frame, byte[] header) {
    return BoltMessage.of(
        frame.className(), frame.codec() & Byte.MAX_VALUE, header, frame.contentBytes());
  }

  @Override
  public Object readResponse(BoltFrame frame, MethodDescriptor method) {
    return message(frame, frame.headerBytes());
  }

  @Override
  public @Nullable String readError(BoltFrame frame) {
    return null;
  }

  @Override
  public @Nullable Throwable failure(BoltFrame frame) {
    return new ForwardedFailure(message(frame, frame.headerBytes()), frame.timeoutOrStatus());
  }

  @Override
  public boolean readsErrors() {
    return false;
  }

  @Override
  public Request readRequest(BoltFrame frame, ServiceDefinition service, RequestHead head)
      throws IOException {
    String methodName = head.method();
    ServerMethod method = service.method(Objects.requireNonNullElse(methodName, ""), null);
    if (method == null && service.methods().size() == 1) {
      method = service.methods().get(0);
    }
    if (method == null) {
      throw new IOException("header " + BoltMethod.METHOD + " is missing");
    }
    return new Request(method, message(frame, head.block()));
  }

  @Override
  public void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException {
    write(out, result);
  }

  @Override
  public int status(Status status) {
    return errors.status(status);
  }

  @Override
  public void writeError(OutputStream out, Status status) throws IOException {
    errors.writeError(out, status);
  }
}
