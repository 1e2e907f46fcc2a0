package io.duomesh.transport.bolt;

import io.duomesh.Invocation;
import io.duomesh.MethodDescriptor;
import io.duomesh.ServiceDefinition;
import io.duomesh.Status;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Contents passed on as they are, under the number of another codec, in whose form errors are, as
 * its peers expect.
 */
final class RawContent implements ContentCodec {
  private final ContentCodec errors;

  RawContent(ContentCodec errors) {
    this.errors = errors;
  }

  @Override
  public int id() {
    return errors.id();
  }

  @Override
  public void writeRequest(OutputStream out, Invocation invocation, @Nullable Object message)
      throws IOException {
    write(out, message);
  }

  private static void write(OutputStream out, @Nullable Object message) throws IOException {
    if (message != null) {
      out.write((byte[]) message);
    }
  }

  @Override
  public Object readResponse(BoltFrame frame, MethodDescriptor method) throws IOException {
    return frame.contentBytes();
  }

  @Override
  public @Nullable String readError(BoltFrame frame) throws IOException {
    return errors.readError(frame);
  }

  @Override
  public Request readRequest(BoltFrame frame, ServiceDefinition service, RequestHead head)
      throws IOException {
    return new Request(head.methodOf(service), frame.contentBytes());
  }

  @Override
  public void writeResponse(OutputStream out, MethodDescriptor method, @Nullable Object result)
      throws IOException {
    write(out, result);
  }

  @Override
  public void writeError(OutputStream out, Status status) throws IOException {
    errors.writeError(out, status);
  }
}
